/** Asks for the password, where one is set. */

import { useState } from "preact/hooks";
import { Command } from "../../components/buttons.tsx";
import { explain, signIn } from "../../data/api.ts";

export function SignIn({ onSignedIn }: { onSignedIn: () => Promise<void> }) {
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  if (!isSecureContext) return <NotOverHttp />;

  async function submit(): Promise<void> {
    if (busy) return;
    setBusy(true);
    const answer = await signIn(password);
    if (answer.outcome === "ok") await onSignedIn();
    else setProblem(answer.outcome === "refused" && answer.status === 401 ? wrong : explain(answer));
    setBusy(false);
  }

  return (
    <main class="alone">
      <img src="/icon.svg" alt="" width="40" height="40" />
      <h1>Event hooks</h1>
      <form
        onSubmit={(submission) => {
          submission.preventDefault();
          void submit();
        }}
      >
        {/* Password managers keep a password under a name. */}
        <input type="text" name="username" value="inspector" autocomplete="username" hidden readOnly />
        <label for="password">Password</label>
        <input
          id="password"
          type="password"
          autocomplete="current-password"
          required
          value={password}
          aria-invalid={problem !== ""}
          aria-describedby="password-help"
          onInput={(input) => setPassword(input.currentTarget.value)}
        />
        <p id="password-help" class={problem === "" ? "help" : "help bad"} aria-live="polite">
          {problem || "The value of INSPECTOR_PASSWORD on this site."}
        </p>
        <button type="submit" class="primary" aria-disabled={busy}>
          {busy ? "Signing in…" : "Sign in"}
        </button>
      </form>
    </main>
  );
}

/** The session's cookie is for https only (and localhost): over plain http the browser throws it away. */
function NotOverHttp() {
  const address = `https://${location.host}${location.pathname}${location.hash}`;
  return (
    <main class="alone">
      <h1>Signing in needs https</h1>
      <p>
        This page came over plain http, where anybody on the way could read the password. The browser keeps no
        session here, so signing in cannot work.
      </p>
      <p>
        <a href={address}>{address}</a>
      </p>
      <p>
        Under <code>netlify dev</code> open it as <code>localhost</code>, not by this machine's name or
        number.
      </p>
    </main>
  );
}

const wrong = "That is not the password. It is the value of INSPECTOR_PASSWORD on this site.";

/** Deployed without a password that could open it: says which variable to set. */
export function Closed() {
  return (
    <main class="alone">
      <h1>This page is closed</h1>
      <p>
        It shows what Okta sent, so it opens with a password only, and none is set that is long enough. Set{" "}
        <code>INSPECTOR_PASSWORD</code> to 16 characters or more in the site's environment variables, then
        deploy again.
      </p>
      <Command
        text='netlify env:set INSPECTOR_PASSWORD "$(openssl rand -base64 24)" --secret'
        what="the command"
      />
      <p>Deliveries are received meanwhile: the endpoint has a secret of its own.</p>
      <p>
        Under <code>netlify dev</code> the page is open to the machine that runs it, as <code>localhost</code>
        , unless <code>.env</code> sets a password.
      </p>
    </main>
  );
}
