"use strict";
// Plays what was recorded: it puts arrays on the screen and words beside them, and works out nothing of its own.
(() => {
  const byId = (id) => document.getElementById(id);
  const { pictures, weeks, chart, people } = JSON.parse(byId("data").textContent);
  const last = weeks.length - 1;
  const narrow = window.matchMedia("(max-width: 799px)");
  let week = 0, chosen = "", timer = null;

  // --- The picture: scatter traces and shapes as Plotly names them, as SVG ------------------------------------------
  const escaped = (words) => words.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const dashes = { dot: (w) => [Math.max(w, 3), Math.max(w, 3)], dash: (w) => [Math.max(3 * w, 9), Math.max(3 * w, 9)] };
  const stroke = ({ color, width, dash }) =>
    `stroke:${color};stroke-width:${width}` + (dashes[dash] ? `;stroke-dasharray:${dashes[dash](width)}` : "");
  const at = (value, i) => (Array.isArray(value) ? value[i] : value);

  function shape(one) {
    const look = `style="fill:${one.fillcolor || "none"};${one.line.width ? stroke(one.line) : "stroke:none"}"`;
    if (one.type === "path") return `<path d="${one.path}" ${look}/>`;
    const [x, y, wide, high] = [one.x0, one.y0, one.x1 - one.x0, one.y1 - one.y0];
    if (one.type === "rect") return `<rect x="${x}" y="${y}" width="${wide}" height="${high}" ${look}/>`;
    return `<ellipse cx="${x + wide / 2}" cy="${y + high / 2}" rx="${wide / 2}" ry="${high / 2}" ${look}/>`;
  }

  function lines(look, { x, y }) {
    let path = "";
    const filled = look.fill === "toself";
    x.forEach((left, i) => {
      const begins = i === 0 || x[i - 1] === null;
      if (left !== null) path += `${begins ? "M" : "L"}${left},${y[i]}`;
      if (filled && left !== null && (i + 1 === x.length || x[i + 1] === null)) path += "Z";
    });
    return `<path d="${path}" style="fill:${filled ? look.fillcolor : "none"};${stroke(look.line)}"/>`;
  }

  function marker(look, arrays, i, said) {
    const of = (name) => at(arrays[`marker.${name}`] ?? name.split(".").reduce((part, key) => part[key], look.marker), i);
    const [x, y, symbol, r] = [arrays.x[i], arrays.y[i], of("symbol"), of("size") / 2];
    const open = symbol.endsWith("-open");
    const [line, width] = [open ? of("color") : of("line.color"), of("line.width")];
    const style = `style="fill:${open ? "none" : of("color")};${width ? stroke({ color: line, width }) : "stroke:none"}"`;
    const more = `opacity="${of("opacity")}"${said === undefined ? "" : ' class="person"'}`;
    const told = said === undefined ? "" : `<title>${escaped(said.replaceAll("<br>", "\n"))}</title>`;
    if (symbol.startsWith("diamond")) {
      const out = 1.3 * r;
      return `<path d="M${x + out},${y}L${x},${y + out}L${x - out},${y}L${x},${y - out}Z" ${style} ${more}>${told}</path>`;
    }
    return `<circle cx="${x}" cy="${y}" r="${r}" ${style} ${more}>${told}</circle>`;
  }

  function words(look, arrays, i) {
    const { size, color } = look.textfont;
    const bold = escaped(arrays.text[i]).replace(/&#60;b&#62;(.*?)&#60;\/b&#62;/, '<tspan font-weight="700">$1</tspan>');
    return `<text x="${arrays.x[i]}" y="${arrays.y[i]}" text-anchor="middle" dominant-baseline="central"` +
      ` font-size="${size}" style="fill:${color}">${bold}</text>`;
  }

  function drawPicture() {
    const which = narrow.matches ? 1 : 0, now = weeks[week];
    const { layout, traces } = pictures[which], drawn = now.drawn[which];
    const parts = layout.shapes.map(shape);
    for (const look of traces) {
      const arrays = drawn[look.name];
      if (!arrays) continue;
      const { who } = arrays;
      if (look.mode === "lines") parts.push(lines(look, arrays));
      else if (look.mode === "text") arrays.x.forEach((_, i) => parts.push(words(look, arrays, i)));
      else {
        const about = now.about[look.name];
        arrays.x.forEach((_, i) => {
          if (look.name !== "chosen" || who[i] === chosen) parts.push(marker(look, arrays, i, about && about[who[i]]));
        });
      }
    }
    const picture = byId("picture");
    picture.setAttribute("viewBox", `0 0 ${layout.width} ${layout.height}`);
    picture.setAttribute("aria-label", `The practice in week ${week}. ${now.said}`);
    picture.innerHTML = parts.join("");
  }

  // Whoever is nearest to where it was pressed, if anybody is near.
  function choosePressed(event) {
    const picture = byId("picture"), which = narrow.matches ? 1 : 0, now = weeks[week];
    const there = new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse());
    let found = "", nearest = 20;
    for (const name of Object.keys(now.about)) {
      const { x, y, who } = now.drawn[which][name] || {};
      if (who) who.forEach((one, i) => {
        const far = Math.hypot(x[i] - there.x, y[i] - there.y);
        if (far < nearest) [found, nearest] = [one, far];
      });
    }
    if (found) choose(found);
  }

  // --- One person, and the whole practice ---------------------------------------------------------------------------
  function told(key) {
    const { weeks: changes } = people[key];
    let [words, entries] = [null, []];
    for (const [when, changed, stay, rest] of changes) {
      if (when > week) break;
      words = { ...words, ...changed };
      entries = [...entries.slice(0, stay), ...rest];
    }
    return { words, entries: entries.reverse(), first: changes[0][0] };
  }

  // The words over a person in the picture: this week's numbers.
  function nowOf(key) {
    const said = Object.values(weeks[week].about).map((about) => about[key]).filter(Boolean);
    return said.length ? said[0].replaceAll("<br>", "\n") : "";
  }

  const element = (name, text, kind) => Object.assign(document.createElement(name), { textContent: text, className: kind || "" });

  function showPerson() {
    if (!chosen) return;
    const { words, entries, first } = told(chosen);
    const name = words ? words.title : /^\d/.test(chosen) ? `Client ${chosen}` : `Therapist ${chosen}`;
    byId("name").textContent = name;
    byId("now").textContent = words ? nowOf(chosen) : "";
    byId("where").textContent = words ? words.text : `${name} has not come yet: that will be in week ${first}.`;
    byId("without").textContent = words?.without || "";
    byId("traits").textContent = words?.traits || "";
    byId("person-note").textContent = words?.note || "";
    byId("person-chart").hidden = !entries.length;
    cover(byId("person-chart"));
    byId("story").replaceChildren(...entries.map(([heading, text, mark]) => {
      const entry = element("article", "", `entry ${mark}`);
      entry.append(element("h3", heading), element("p", text));
      return entry;
    }));
  }

  // Cover the weeks of a drawing that have not come yet.
  function cover(holder) {
    const drawing = holder.querySelector("svg");
    if (!drawing) return;
    const { first, left, week: apart } = drawing.dataset;
    const right = drawing.viewBox.baseVal.width - 87, start = Math.max(+left - 3, +left + (week - first) * apart + 2);
    let sheet = drawing.querySelector(".to-come");
    if (!sheet) {
      sheet = document.createElementNS(drawing.namespaceURI, "rect");
      sheet.setAttribute("class", "to-come");
      sheet.setAttribute("y", 0);
      sheet.setAttribute("height", drawing.viewBox.baseVal.height - 15);
      sheet.setAttribute("style", "fill:var(--panel)");
      drawing.append(sheet, drawing.querySelector(".behind"));
    }
    sheet.setAttribute("x", start);
    sheet.setAttribute("width", Math.max(0, right - start));
  }

  // --- What can be done ---------------------------------------------------------------------------------------------
  function show() {
    byId("clock").textContent = `Week ${week}`;
    byId("week").value = week;
    byId("week").setAttribute("aria-valuetext", `Week ${week} of ${last}`);
    byId("said").textContent = weeks[week].said;
    byId("saw").textContent = weeks[week].saw;
    byId("play").textContent = timer ? "Pause" : week === last ? "Play again" : "Play";
    byId("step").disabled = week === last;
    byId("back").disabled = week === 0;
    byId("tear").disabled = nextTear() < 0;
    drawPicture();
    showPerson();
    cover(byId("chart"));
    const parts = [...(week ? [`week=${week}`] : []), ...(chosen ? [`person=${chosen}`] : [])];
    try {
      history.replaceState(null, "", `#${parts.join("&")}`);
    } catch { /* some browsers let no file change its address: then a reload begins anew */ }
  }

  const nextTear = () => weeks.findIndex((one, i) => i > week && one.tears);

  function go(to) {
    week = Math.min(last, Math.max(0, to));
    if (week === last) pause();
    show();
  }

  function pause() {
    clearTimeout(timer);
    timer = null;
  }

  function play() {
    timer = setTimeout(() => {
      play();
      go(week + 1);
    }, +byId("speed").value);
  }

  function playOrPause() {
    if (timer) pause();
    else {
      if (week === last) week = 0;
      play();
    }
    show();
  }

  function toNextTear() {
    const to = nextTear();
    if (to < 0) return;
    pause();
    go(to);
  }

  function choose(key) {
    chosen = people[key] ? key : "";
    byId("people").value = chosen;
    byId("person-chart").innerHTML = chosen ? people[chosen].chart : "";
    if (!chosen) {
      for (const id of ["now", "without", "traits", "person-note", "story"]) byId(id).textContent = "";
      byId("name").textContent = "Story";
      byId("where").textContent = byId("where").dataset.nobody;
    }
    show();
  }

  byId("play").onclick = playOrPause;
  byId("step").onclick = () => (pause(), go(week + 1));
  byId("back").onclick = () => (pause(), go(week - 1));
  byId("tear").onclick = toNextTear;
  byId("week").oninput = (event) => (pause(), go(+event.target.value));
  byId("people").onchange = (event) => choose(event.target.value);
  byId("picture").onclick = choosePressed;
  narrow.onchange = drawPicture;

  const keys = { " ": playOrPause, ArrowRight: () => (pause(), go(week + 1)), ArrowLeft: () => (pause(), go(week - 1)),
    Home: () => (pause(), go(0)), End: () => go(last), t: toNextTear, T: toNextTear };
  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest("select, summary, a") || (event.key === " " && event.target.closest("button"));
    if (busy || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });

  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  function theme(isDark) {
    document.body.classList.toggle("dark", isDark);
    document.documentElement.style.colorScheme = isDark ? "dark" : "light";
    byId("theme").textContent = isDark ? "Light" : "Dark";
  }
  dark.onchange = () => theme(dark.matches);
  byId("theme").onclick = () => theme(!document.body.classList.contains("dark"));
  theme(dark.matches);

  // Clients who saw tears come first, since they are who this is about.
  const saw = new Set(Object.keys(people).filter((key) => /^\d/.test(key) && people[key].weeks.some(([, , , rest]) =>
    rest.some(([, , mark]) => mark === "tears"))));
  const groups = [["Therapists", (key) => !/^\d/.test(key)], ["Clients with whom eyes filled", (key) => saw.has(key)],
    ["Other clients", (key) => /^\d/.test(key) && !saw.has(key)]];
  for (const [label, belongs] of groups) {
    const group = Object.assign(document.createElement("optgroup"), { label });
    const sorted = Object.keys(people).filter(belongs).sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
    group.append(...sorted.map((key) => new Option(/^\d/.test(key) ? `Client ${key}` : `Therapist ${key}`, key)));
    if (sorted.length) byId("people").append(group);
  }
  byId("chart").innerHTML = chart;
  const asked = new URLSearchParams(location.hash.slice(1));
  week = Math.min(last, Math.max(0, Math.trunc(+asked.get("week")) || 0));
  choose(asked.get("person") || "");
})();
