"use strict";
// The rows of approvals in the admin: added, moved and removed, and turned into JSON and back. Without this script the
// same rows are edited by their own fields for the order and for removal.
{
  const $ = django.jQuery;
  const EDITOR = ".approvals";
  const CONTROL = ":is(select, input, textarea)";

  const nameOf = (editor) => editor.querySelector("[name$='-TOTAL_FORMS']").name.replace(/-TOTAL_FORMS$/, "");
  const rowsOf = (editor) => [...editor.querySelectorAll("[data-row]")];
  const fieldOf = (row, name) => row.querySelector(`[name$='-${name}']`);

  // Every attribute that holds a field's name: of the field itself, of its label, its errors and its links.
  const NAMED = ["name", "id", "for", "aria-describedby"];

  // A searching select makes names of its own from the field's, so it is made anew.
  function rename(row, from, to) {
    if (from === to) return;
    const searching = $(row).find(".select2-hidden-accessible").select2("destroy");
    for (const element of row.querySelectorAll("*")) {
      for (const attribute of NAMED) {
        const value = element.getAttribute(attribute);
        if (value?.includes(`${from}-`)) element.setAttribute(attribute, value.replaceAll(`${from}-`, `${to}-`));
      }
    }
    searching.djangoAdminSelect2();
  }

  function number(editor) {
    const name = nameOf(editor);
    const rows = rowsOf(editor);
    rows.forEach((row, index) => {
      rename(row, fieldOf(row, "ORDER").name.replace(/-ORDER$/, ""), `${name}-${index}`);
      row.querySelector("[data-number]").textContent = index + 1;
      fieldOf(row, "ORDER").value = index + 1;
      row.querySelector("[data-move='-1']").disabled = index === 0;
      row.querySelector("[data-move='1']").disabled = index === rows.length - 1;
    });
    editor.querySelector("[name$='-TOTAL_FORMS']").value = rows.length;
    editor.querySelector("[name$='-INITIAL_FORMS']").value = 0;
    const most = Number(editor.querySelector("[name$='-MAX_NUM_FORMS']").value);
    editor.querySelector("[data-add]").disabled = rows.length >= most;
  }

  function touch(editor) {
    editor.dataset.touched = "";
  }

  // A field that the approval does not take is hidden and not sent; at first one that holds something is kept in sight.
  function showWhatApplies(row, keepFilled) {
    for (const field of row.querySelectorAll("[data-when]")) {
      const conditions = Object.entries(JSON.parse(field.dataset.when));
      const applies = conditions.every(([name, values]) => values.includes(fieldOf(row, name).value));
      const control = field.querySelector(CONTROL);
      const isKept = keepFilled && (control.value !== "" || field.classList.contains("errors"));
      field.hidden = !applies && !isKept;
      control.disabled = field.hidden;
    }
  }

  function startRow(row, keepFilled) {
    row.querySelector("[data-tools]").hidden = false;
    row.querySelector("[data-placing]").hidden = true;
    showWhatApplies(row, keepFilled);
  }

  // The row that the server adds for browsers without this script.
  function isBlank(row) {
    const controls = [...row.querySelectorAll(`[data-when] ${CONTROL}`)];
    const isUnset = (control) => control.value === "" || control.name.endsWith("-step_approval_type");
    const isBare = ["", "null"].includes(fieldOf(row, "rest").value);
    return isBare && controls.every(isUnset) && !row.querySelector(".errorlist");
  }

  function show(editor, mode) {
    editor.querySelector("[data-part='form']").hidden = mode !== "form";
    editor.querySelector("[data-part='json']").hidden = mode !== "json";
  }

  const modeOf = (editor) => editor.querySelector("[name$='-mode']:checked").value;

  function start(editor) {
    if (!editor.querySelector("[data-add]") || editor.dataset.started !== undefined) return;
    editor.dataset.started = "";
    rowsOf(editor).filter(isBlank).forEach((row) => row.remove());
    rowsOf(editor).forEach((row) => startRow(row, true));
    editor.querySelector("[data-add]").hidden = false;
    number(editor);
    if (!editor.dataset.turn) return; // nothing turns one into the other: both stay in sight
    editor.querySelectorAll("[name$='-mode']").forEach((radio) => (radio.disabled = false));
    show(editor, modeOf(editor));
  }

  function add(editor) {
    const template = editor.querySelector("[data-template]");
    const row = template.content.querySelector("[data-row]").cloneNode(true);
    rename(row, template.dataset.template, `${nameOf(editor)}-${rowsOf(editor).length}`);
    editor.querySelector("[data-rows]").append(row);
    startRow(row, false);
    $(row).find(".admin-autocomplete").djangoAdminSelect2();
    number(editor);
    fieldOf(row, "approval_type").focus();
  }

  function move(editor, row, by) {
    const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (by < 0) other.before(row);
    else other.after(row);
    number(editor);
    const button = row.querySelector(`[data-move='${by}']`);
    (button.disabled ? row.querySelector(`[data-move='${-by}']`) : button).focus();
  }

  function remove(editor, row) {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    number(editor);
    (next?.querySelector("[data-remove]") ?? editor.querySelector("[data-add]")).focus();
  }

  // Whatever the editor would send, by way of its form: fields that are disabled are left out there.
  function sent(editor, mode) {
    const name = nameOf(editor);
    const all = [...new FormData(editor.closest("form"))];
    const own = all.filter(([key]) => key === name || key.startsWith(`${name}-`) || key === "csrfmiddlewaretoken");
    const data = new FormData();
    for (const [key, value] of own) data.set(key, value);
    data.set(`${name}-mode`, mode === "form" ? "json" : "form");
    data.set("name", name);
    data.set("to", mode);
    return data;
  }

  async function turn(editor, mode) {
    touch(editor);
    const alert = editor.querySelector("[data-alert]");
    try {
      const response = await fetch(editor.dataset.turn, { method: "POST", body: sent(editor, mode) });
      if (!response.ok) throw new Error(response.statusText);
      const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
      const turned = document.adoptNode(parsed.querySelector(EDITOR));
      editor.replaceWith(turned);
      touch(turned);
      $(turned).find(".admin-autocomplete").djangoAdminSelect2();
      start(turned);
      turned.querySelector("[name$='-mode']:checked").focus();
    } catch {
      editor.querySelector(`[name$='-mode'][value='${mode}']`).checked = false;
      editor.querySelector(`[name$='-mode']:not([value='${mode}'])`).checked = true;
      alert.textContent = editor.dataset.failed;
      alert.hidden = false;
    }
  }

  const editorOf = (element) => element.closest?.(EDITOR);

  $(document).on("change input", EDITOR, (event) => {
    const editor = editorOf(event.target);
    touch(editor);
    const row = event.target.closest("[data-row]");
    if (row && event.type === "change") showWhatApplies(row, false);
    if (event.type === "change" && event.target.name?.endsWith("-mode") && editor.dataset.turn) {
      turn(editor, event.target.value);
    }
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    const editor = button && editorOf(button);
    if (!editor) return;
    const row = button.closest("[data-row]");
    touch(editor);
    if (button.dataset.add !== undefined) add(editor);
    else if (button.dataset.move !== undefined) move(editor, row, Number(button.dataset.move));
    else if (button.dataset.remove !== undefined) remove(editor, row);
  });

  // Approvals that nobody touched are sent as the text that they came from: Django limits the fields of a request.
  document.addEventListener("formdata", (event) => {
    for (const editor of event.target.querySelectorAll(`${EDITOR}[data-started]:not([data-touched])`)) {
      const name = nameOf(editor);
      for (const key of [...event.formData.keys()]) if (key.startsWith(`${name}-`)) event.formData.delete(key);
    }
  });

  document.addEventListener("formset:added", (event) => event.target.querySelectorAll(EDITOR).forEach(start));

  $(() => {
    for (const editor of document.querySelectorAll(EDITOR)) {
      if (!editor.querySelector("[name*='__prefix__'][name$='-TOTAL_FORMS']")) start(editor);
    }
  });
}
