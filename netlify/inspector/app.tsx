/** Who may look, and then the page itself. */
import { useCallback, useEffect, useState } from "preact/hooks";
import type { Session } from "../api/schema/session.ts";
import { Problem } from "./components/problem.tsx";
import { explain, fetchSession, signedOut } from "./data/api.ts";
import { Shell } from "./shell.tsx";
import { Closed, SignIn } from "./views/sign-in/sign-in.tsx";

export function App() {
  const [session, setSession] = useState<Session | null>(null);
  const [problem, setProblem] = useState("");

  const ask = useCallback(async () => {
    const answer = await fetchSession();
    if (answer.outcome === "ok") {
      setProblem("");
      setSession(answer.value);
    } else {
      setProblem(explain(answer));
    }
  }, []);

  useEffect(() => {
    void ask();
    const end = () => setSession((before) => before && { ...before, signedIn: false });
    signedOut.addEventListener("signed-out", end);
    return () => signedOut.removeEventListener("signed-out", end);
  }, [ask]);

  if (problem !== "") {
    return (
      <main class="alone">
        <h1>Event hooks</h1>
        <Problem text={problem} retry={ask} />
      </main>
    );
  }
  if (session === null) return null;
  if (session.closed) return <Closed />;
  if (!session.signedIn) return <SignIn onSignedIn={ask} />;
  return <Shell local={session.local} maySignOut={session.requiresPassword} onSignedOut={ask} />;
}
