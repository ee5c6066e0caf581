"use strict";

// Keeps the page as the server last drew it: the server sends pieces, each an element with an id, and says where they stand.
(() => {
  const connection = document.getElementById("connection");
  const lists = ["head", "nodes", "chains", "feed"];

  const say = (state, text) => {
    document.body.dataset.connection = state;
    connection.textContent = text;
  };

  const elementOf = (piece) => {
    const template = document.createElement("template");
    template.innerHTML = piece.html;
    return template.content.firstElementChild;
  };

  const place = (piece) => {
    const fresh = elementOf(piece);
    const old = document.getElementById(piece.id);
    const list = document.getElementById(piece.list);
    const before = piece.after === null ? null : document.getElementById(piece.after);
    const next = before ? before.nextElementSibling : list.firstElementChild;
    if (old === null) {
      list.insertBefore(fresh, next);
    } else if (old === next || old === before) {
      old.replaceWith(fresh);
    } else {
      old.remove();
      list.insertBefore(fresh, before ? before.nextElementSibling : list.firstElementChild);
    }
  };

  const apply = (patch) => {
    patch.gone.forEach((id) => document.getElementById(id)?.remove());
    patch.parts.forEach(place);
    if (patch.full) {
      const named = new Set(patch.parts.map((piece) => piece.id));
      for (const list of lists) {
        for (const element of [...document.getElementById(list).children]) {
          if (!named.has(element.id)) {
            element.remove();
          }
        }
      }
    }
  };

  const source = new EventSource(`page/stream?at=${document.body.dataset.position}`);
  source.addEventListener("patch", (event) => {
    apply(JSON.parse(event.data));
    say("live", "live");
  });
  source.addEventListener("error", () => say("lost", "connection lost, trying again; what you see may be old"));
})();
