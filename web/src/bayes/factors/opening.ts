// What forms and lists that open below a button have in common, as attachments.

// Escape anywhere within the element closes it.
export function onEscape(close: () => void): (element: HTMLElement) => () => void {
  return (element) => {
    const controller = new AbortController();
    const listen = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') close();
    };
    element.addEventListener('keydown', listen, { signal: controller.signal });
    return () => controller.abort();
  };
}

// The keyboard goes on where the element is.
export function focusFirst(element: HTMLElement) {
  const first = element.querySelector<HTMLElement>('input, select, textarea, button');
  first?.focus();
  if (first instanceof HTMLInputElement) first.select();
}
