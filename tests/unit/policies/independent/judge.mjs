// Reads cases as JSON from stdin, writes for each whether service and resource control policies let it pass: true, false, or null for a case
// that the evaluator refuses.
import { readFileSync } from 'node:fs'
import { runSimulation } from '@cloud-copilot/iam-simulate'

const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
const levels = (documents) =>
  documents.map((policies, number) => ({
    orgIdentifier: `level-${number}`,
    policies: policies.map((policy, index) => ({ name: `policy-${index}`, policy })),
  }))

async function judge(one) {
  const answer = await runSimulation(
    {
      request: {
        principal: one.principal,
        action: one.action,
        resource: { resource: one.resource, accountId: one.account },
        contextVariables: one.context,
      },
      identityPolicies: [{ name: 'everything', policy: everything }],
      serviceControlPolicies: levels(one.service),
      resourceControlPolicies: levels(one.resource_control),
    },
    {},
  )
  const analysis = answer.result?.analysis
  return analysis ? analysis.scpAnalysis.result === 'Allowed' && analysis.rcpAnalysis.result === 'Allowed' : null
}

const cases = JSON.parse(readFileSync(0, 'utf8'))
process.stdout.write(JSON.stringify(await Promise.all(cases.map(judge))))
