"use strict";
/* The matrix with search, filters, sorting and folding. Without this script the folded table of the page stands in its place. */
(() => {
  const NAMES = {".": "none", "=": "held", "+": "grant", "-": "revoke", "~": "update", "*": "repair", "x": "forget", "w": "withheld", "!": "unhealthy"};
  const SIGNS = {".": "·", "=": "●", "+": "+", "-": "−", "~": "~", "*": "*", "x": "×", "w": "○", "!": "!"};
  const WORDS = {"=": "has it", "+": "gets it", "-": "loses it", "~": "has it, updated", "*": "has it, repaired", "x": "forgotten: its stack stays", "w": "withheld", "!": "there, but not as it should be"};
  const HOLDS = new Set("=+~*!");
  const CHANGES = new Set("+-~*x");
  const ROW = 30;
  const SPARE = 12;
  const UNFOLDED = 200;
  const matrix = JSON.parse(document.getElementById("report").textContent).matrix;
  const place = document.getElementById("grid");
  const count = matrix.ids.length;
  const excluded = new Set(matrix.excluded);
  const text = (index) => `${matrix.ids[index]} ${matrix.names[index]} ${matrix.units[matrix.unit[index]]}`.toLowerCase();
  const haystack = Array.from({length: count}, (_, index) => text(index));
  const changing = matrix.patterns.map((pattern) => [...pattern].some((letter) => CHANGES.has(letter)));
  const state = {words: [], set: -1, how: "", sort: null, falling: false, byUnit: count > UNFOLDED, open: new Set()};
  let rows = [];

  /* Letters that do not show, or turn a line around, as their codes: as in the rest of the page. */
  const shown = (words) => words.replace(/[\p{C}\p{Z}]/gu, (letter) => letter === " " ? letter : `\\u${letter.codePointAt(0).toString(16).padStart(4, "0")}`);

  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === "on") for (const [event, act] of Object.entries(value)) element.addEventListener(event, act);
      else if (value !== false && value !== null) element.setAttribute(key, value);
    }
    element.append(...children);
    return element;
  }

  function matches(index) {
    const pattern = matrix.patterns[matrix.pattern[index]];
    if (!state.words.every((word) => haystack[index].includes(word))) return false;
    if (state.how === "excluded" && !excluded.has(index)) return false;
    if (state.set < 0) {
      if (state.how === "changes") return changing[matrix.pattern[index]];
      if (state.how === "holds") return [...pattern].some((letter) => HOLDS.has(letter));
      return state.how.length !== 1 || pattern.includes(state.how);
    }
    const letter = pattern[state.set];
    if (state.how === "changes") return CHANGES.has(letter);
    if (state.how === "holds") return HOLDS.has(letter);
    if (state.how.length === 1) return letter === state.how;
    return letter !== ".";
  }

  function compare(one, other) {
    if (state.sort === "name") return matrix.names[one].localeCompare(matrix.names[other]) || one - other;
    if (state.sort === "unit") return matrix.units[matrix.unit[one]].localeCompare(matrix.units[matrix.unit[other]]) || one - other;
    if (typeof state.sort === "number") {
      const rank = (index) => "+-~*x!=w.".indexOf(matrix.patterns[matrix.pattern[index]][state.sort]);
      return rank(one) - rank(other) || one - other;
    }
    return matrix.ids[one] < matrix.ids[other] ? -1 : 1;
  }

  function select() {
    const found = [];
    for (let index = 0; index < count; index++) if (matches(index)) found.push(index);
    if (state.sort !== null) found.sort((one, other) => (state.falling ? -1 : 1) * compare(one, other));
    rows = state.byUnit ? grouped(found) : found;
    const accounts = found.length === 1 ? "account" : "accounts";
    summary.textContent = `${found.length.toLocaleString("en")} of ${count.toLocaleString("en")} ${accounts}`;
    body.parentElement.setAttribute("aria-rowcount", rows.length + 1);
    draw(true);
  }

  function grouped(found) {
    const units = new Map();
    for (const index of found) {
      const unit = matrix.unit[index];
      if (!units.has(unit)) units.set(unit, []);
      units.get(unit).push(index);
    }
    const ordered = [...units].sort(([one], [other]) => matrix.units[one] < matrix.units[other] ? -1 : 1);
    return ordered.flatMap(([unit, members]) => [{unit, members}, ...(state.open.has(unit) ? members : [])]);
  }

  function cell(letter) {
    const mark = make("span", {class: `cell ${NAMES[letter]}`, ...(WORDS[letter] ? {role: "img", "aria-label": WORDS[letter]} : {"aria-hidden": "true"})});
    mark.textContent = SIGNS[letter];
    return make("td", {}, mark);
  }

  function accountRow(index, number) {
    const about = make("th", {scope: "row", title: shown(`${matrix.ids[index]} ${matrix.names[index]}`)});
    const name = make("bdi");
    name.textContent = shown(matrix.names[index]);
    const id = make("span", {class: "id"});
    id.textContent = matrix.ids[index];
    about.append(id, " ", name, ...(excluded.has(index) ? [make("span", {class: "mark"}, " excluded")] : []));
    const unit = make("td", {class: "text"});
    unit.textContent = shown(matrix.units[matrix.unit[index]] || "unit not known");
    return make("tr", {"aria-rowindex": number + 2}, about, unit, ...[...matrix.patterns[matrix.pattern[index]]].map(cell));
  }

  function counts(group) {
    group.counts ??= matrix.columns.map((_, column) => {
      const found = {};
      for (const index of group.members) {
        const letter = matrix.patterns[matrix.pattern[index]][column];
        found[letter] = (found[letter] ?? 0) + 1;
      }
      return found;
    });
    return group.counts;
  }

  /* "+47" where all that have it in the end get it now, "52 (+47)" where some had it already. */
  function totals(found) {
    const changes = Object.entries(found).filter(([letter]) => CHANGES.has(letter));
    const held = Object.entries(found).reduce((sum, [letter, number]) => sum + (HOLDS.has(letter) ? number : 0), 0);
    const changed = changes.reduce((sum, [letter, number]) => sum + (HOLDS.has(letter) ? number : 0), 0);
    const marks = changes.map(([letter, number]) => {
      const mark = make("span", {class: `change ${NAMES[letter]}`, title: `${number.toLocaleString("en")}: ${WORDS[letter]}`});
      mark.textContent = `${SIGNS[letter]}${number.toLocaleString("en")}`;
      return mark;
    });
    const kept = held && held !== changed ? [held.toLocaleString("en"), ...(marks.length ? [" "] : [])] : [];
    return [...kept, ...marks.flatMap((mark, at) => at ? [" ", mark] : [mark])];
  }

  function groupRow(group, number) {
    const {unit, members} = group;
    const open = state.open.has(unit);
    const button = make("button", {type: "button", "aria-expanded": String(open), on: {click: () => fold(unit)}});
    button.textContent = `${open ? "▾" : "▸"} ${shown(matrix.units[unit] || "unit not known")}`;
    const about = make("td", {class: "text"});
    about.textContent = `${members.length.toLocaleString("en")} ${members.length === 1 ? "account" : "accounts"}`;
    const cells = counts(group).map((found) => make("td", {}, ...totals(found)));
    return make("tr", {class: "group", "aria-rowindex": number + 2}, make("th", {scope: "row"}, button), about, ...cells);
  }

  function fold(unit) {
    if (!state.open.delete(unit)) state.open.add(unit);
    const top = frame.scrollTop;
    select();
    frame.scrollTop = top;
    draw(false);
    const again = [...body.querySelectorAll("tr.group button")].find((button) => button.textContent.slice(2) === shown(matrix.units[unit] || "unit not known"));
    if (again) again.focus();
  }

  function spacer(height) {
    const row = make("tr", {class: "space", "aria-hidden": "true"});
    row.style.height = `${height}px`;
    return row;
  }

  function draw(fromTop) {
    if (fromTop) frame.scrollTop = 0;
    const first = Math.max(0, Math.floor(frame.scrollTop / ROW) - SPARE);
    const last = Math.min(rows.length, first + Math.ceil(innerHeight / ROW) + 2 * SPARE);
    const visible = rows.slice(first, last).map((row, at) => typeof row === "number" ? accountRow(row, first + at) : groupRow(row, first + at));
    body.replaceChildren(spacer(first * ROW), ...visible, spacer((rows.length - last) * ROW));
  }

  function heading(words, key, vertical) {
    const button = make("button", {type: "button"});
    button.textContent = shown(words);
    const head = make("th", {scope: "col", ...(vertical ? {class: "set"} : {})}, button);
    button.addEventListener("click", () => {
      state.falling = state.sort === key && !state.falling;
      state.sort = key;
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", state.falling ? "descending" : "ascending");
      select();
    });
    return head;
  }

  function labelled(words, control) {
    control.id = `grid-${words.toLowerCase().replace(" ", "-")}`;
    return make("div", {class: "choice"}, make("label", {for: control.id}, words), control);
  }

  function choice(options, chosen) {
    const control = make("select", {on: {change: () => chosen(control.value)}});
    for (const [value, words] of options) {
      const option = make("option", {value});
      option.textContent = shown(words);
      control.append(option);
    }
    return control;
  }

  const present = new Set(matrix.patterns.join(""));
  const search = make("input", {type: "search", placeholder: "id, name or unit", autocomplete: "off", on: {input: () => { state.words = search.value.toLowerCase().split(/\s+/).filter(Boolean); select(); }}});
  const sets = choice([["-1", "all"], ...matrix.columns.map((column, at) => [String(at), column.group_set])], (value) => { state.set = Number(value); select(); });
  const hows = choice([["", "all"], ["changes", "changes"], ["holds", "has it in the end"], ...Object.entries(WORDS).filter(([letter]) => present.has(letter)), ...(excluded.size ? [["excluded", "excluded"]] : [])], (value) => { state.how = value; select(); });
  const units = make("input", {type: "checkbox", on: {change: () => { state.byUnit = units.checked; select(); }}});
  units.checked = state.byUnit;
  const unfold = make("button", {type: "button", on: {click: () => { state.open = state.open.size ? new Set() : new Set(matrix.units.keys()); select(); }}}, "Fold or unfold all");
  const summary = make("output", {"aria-live": "polite"});
  const heads = [heading("Account", "id"), heading("Unit", "unit"), ...matrix.columns.map((column, at) => heading(column.group_set + (column.temporary ? " ◔" : ""), at, true))];
  const body = make("tbody");
  const frame = make("div", {class: "window", tabindex: "0", role: "region", "aria-label": "Accounts and group sets, table", on: {scroll: () => draw(false)}},
    make("table", {class: "grid"}, make("thead", {}, make("tr", {"aria-rowindex": 1}, ...heads)), body));
  const by = make("label", {class: "check"}, units, " by unit");
  place.append(make("div", {class: "tools"}, labelled("Search", search), labelled("Group set", sets), labelled("Account", hows), by, unfold, summary), frame);
  place.hidden = false;
  document.getElementById("folds").hidden = true;
  select();

  addEventListener("resize", () => draw(false));
  addEventListener("hashchange", () => reveal());
  function reveal() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  }
  reveal();
})();
