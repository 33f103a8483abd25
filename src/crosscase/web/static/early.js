// What is sent or pressed before the window's scripts have come waits for them: without them it would be lost.
{
  const waiting = [];
  const hold = (event, again) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting.push(again);
  };
  const sent = (event) => {
    const { target, submitter } = event;
    if (target.dataset.act) hold(event, () => target.requestSubmit(submitter));
  };
  const pressed = (event) => {
    const button = event.target.closest("button[type=button]:not([popovertarget])");
    if (button) hold(event, () => button.click());
  };
  addEventListener("submit", sent, true);
  addEventListener("click", pressed, true);
  addEventListener("acting", () => {
    removeEventListener("submit", sent, true);
    removeEventListener("click", pressed, true);
    for (const again of waiting) again();
  }, { once: true });
}
