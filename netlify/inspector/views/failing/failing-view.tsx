/** What fails: a group for each handler and kind of failure, dead letters and retries in it. */
import { Problem } from "../../components/problem.tsx";
import { fetchFailing } from "../../data/api.ts";
import { usePolledQuery } from "../../data/use-polled-query.ts";
import { FailingGroupItem } from "./failing-group-item.tsx";
import { HandlerLine } from "./handler-line.tsx";

export function FailingView() {
  const { value, problem, again } = usePolledQuery("failing", fetchFailing);
  // A group whose last run was just replayed still says so.
  const groups = value?.groups ?? [];
  const alone =
    value?.handlers.filter(({ handler }) => groups.every((group) => group.handler !== handler)) ?? [];
  return (
    <div class="failing">
      <h1>Failing</h1>
      {problem !== null && <Problem text={problem} retry={() => void again()} />}
      {value === null && problem === null && <p class="loading">Loading…</p>}
      {value !== null && groups.length === 0 && alone.length === 0 && (
        <p class="all-well">
          Nothing fails. A handler that throws is listed here until it has done its work.
        </p>
      )}
      <ul class="groups">
        {alone.map((handler) => (
          <HandlerLine key={handler.handler} handler={handler} onChanged={again} />
        ))}
        {groups.map((group) => (
          <FailingGroupItem key={`${group.handler} ${group.fingerprint}`} group={group} onChanged={again} />
        ))}
      </ul>
    </div>
  );
}
