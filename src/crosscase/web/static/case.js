// The window of a case: until somebody chooses passages, a value takes those along that say it.
export function shown(page) {
  const form = page.querySelector("form.decide");
  if (!form) return;
  const passages = [...form.querySelectorAll("[name=evidence]")];
  let isChosen = passages.some((passage) => passage.checked !== passage.defaultChecked);
  form.addEventListener("change", (event) => (isChosen ||= passages.includes(event.target)));
  form.addEventListener("submit", ({ submitter }) => {
    const isOther = submitter?.name === "value" && submitter.ariaPressed !== "true";
    if (isOther && !isChosen) for (const passage of passages) passage.checked = passage.dataset.value === submitter.value;
  });
}
