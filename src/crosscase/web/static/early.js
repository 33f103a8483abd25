// What is sent before the window's scripts have come waits for them: without them it would be lost.
{
  const waiting = [];
  const hold = (event) => {
    if (!event.target.dataset.act) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting.push([event.target, event.submitter]);
  };
  addEventListener("submit", hold, true);
  addEventListener("acting", () => {
    removeEventListener("submit", hold, true);
    for (const [form, submitter] of waiting) form.requestSubmit(submitter);
  }, { once: true });
}
