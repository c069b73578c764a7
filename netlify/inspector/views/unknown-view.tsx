/** An address that names no view. */
export function UnknownView() {
  return (
    <div class="empty">
      <h1>There is no such view</h1>
      <p>
        The address after the # names none. <a href="#/deliveries">See the deliveries</a>
      </p>
    </div>
  );
}
