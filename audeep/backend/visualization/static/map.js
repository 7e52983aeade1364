"use strict";
// What happens on the page: pointing at a recording shows it, clicking plays it, and a search or a label dims the rest.
(() => {
  const DATA = JSON.parse(document.getElementById("data").textContent);
  const LARGE = 288, SMALL = 56, DIMMED = 0.08;
  const audio = document.getElementById("audio");
  const search = document.getElementById("search");
  const classOf = new Array(DATA.names.length);
  DATA.classes.forEach((item) => item.instances.forEach((index) => { classOf[index] = item; }));
  let source = null, chosen = null, label = null;

  const labelName = (item) => item.name || "(no label)";

  function element(tag, attributes = {}, ...children) {
    const made = Object.assign(document.createElement(tag), attributes);
    made.append(...children);
    return made;
  }

  // One picture of the sheet, scaled to a width in pixels.
  function thumbnail(index, width, className) {
    const { width: own, height, columns, perSheet } = DATA.thumbnail;
    const scale = width / own, sheet = Math.floor(index / perSheet), place = index % perSheet;
    const inSheet = Math.min(columns, DATA.names.length - sheet * perSheet);
    const made = element("div", { className: `thumbnail sheet-${sheet} ${className}` });
    Object.assign(made.style, {
      width: `${width}px`,
      height: `${height * scale}px`,
      flex: "none",
      backgroundSize: `${inSheet * width}px auto`,
      backgroundPosition: `${-(place % columns) * width}px ${-Math.floor(place / columns) * height * scale}px`,
    });
    return made;
  }

  function entry(index) {
    const button = element("button", { type: "button", title: DATA.names[index] });
    if (DATA.sheets) button.append(thumbnail(index, SMALL, ""));
    button.append(sign(classOf[index]), element("span", {}, DATA.names[index]));
    button.onclick = () => choose(index);
    return element("li", {}, button);
  }

  function sign(item) {
    const made = element("span", {}, item.sign);
    made.style.color = item.colour;
    made.style.flex = "none";
    return made;
  }

  function show(index) {
    const parts = [element("div", { className: "name" }, DATA.names[index])];
    parts.push(element("div", {}, sign(classOf[index]), ` ${labelName(classOf[index])}`));
    if (DATA.sheets) parts.push(thumbnail(index, LARGE, "large"));
    if (DATA.sounds && DATA.sounds[index]) {
      const button = element("button", { type: "button", className: "play" }, "▶ play");
      button.onclick = () => play(index);
      parts.push(button);
    }
    parts.push(element("h2", {}, "Nearest neighbours"));
    parts.push(element("ul", {}, ...DATA.neighbours[index].map(entry)));
    document.getElementById("recording").replaceChildren(...parts);
    document.getElementById("recording").dataset.index = index;
  }

  function play(index) {
    const address = DATA.sounds && DATA.sounds[index];
    if (!address) return;
    audio.src = address;
    audio.dataset.index = index;
    // A click on another recording interrupts the one before.
    audio.play().catch((error) => {
      if (error.name !== "AbortError") document.getElementById("found").textContent = "cannot play this sound";
    });
  }

  function dim() {
    const wanted = search.value.trim().toLowerCase();
    const alpha = source.data.alpha;
    let found = 0;
    DATA.names.forEach((name, index) => {
      const item = classOf[index];
      const text = `${name} ${item.name}`.toLowerCase();
      const matches = (label === null || item === label) && text.includes(wanted);
      alpha[index] = matches ? 1 : DIMMED;
      found += matches;
    });
    document.getElementById("found").textContent = wanted || label ? `${found} found` : "";
    source.change.emit();
  }

  function fillLabels() {
    const buttons = DATA.classes.map((item) => {
      const count = element("span", { className: "count" }, String(item.instances.length));
      const button = element("button", { type: "button" }, sign(item), element("span", {}, labelName(item)), count);
      button.setAttribute("aria-pressed", "false");
      button.onclick = () => {
        label = label === item ? null : item;
        buttons.forEach((other, number) => other.setAttribute("aria-pressed", String(DATA.classes[number] === label)));
        dim();
      };
      return button;
    });
    document.getElementById("labels").append(...buttons.map((button) => element("li", {}, button)));
  }

  function choose(index) {
    chosen = index;
    source.selected.indices = [index];
    show(index);
    play(index);
  }

  // Bokeh calls these.
  window.audeep = {
    point(indices) {
      if (indices.length) show(indices[0]);
      else if (chosen !== null) show(chosen);
    },
    choose(indices) {
      if (indices.length) choose(indices[0]);
    },
  };

  search.addEventListener("input", dim);
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const first = source.data.alpha.findIndex((value) => value === 1);
    if (first >= 0) choose(first);
  });
  // The sheets are large, so their addresses are written only once.
  const rules = (DATA.sheets || []).map((sheet, number) => `.sheet-${number} { background-image: url(${sheet}); }`);
  document.head.append(element("style", {}, rules.join("\n")));
  fillLabels();
  document.getElementById("outliers").append(...DATA.outliers.map(entry));
  Bokeh.embed.embed_item(DATA.plot, "plot").then(() => {
    source = Bokeh.documents[Bokeh.documents.length - 1].get_model_by_name("points");
    document.body.dataset.ready = "true";
  });
})();
