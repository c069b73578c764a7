/** What fails: a group for each handler and kind of failure, dead letters and retries in it. */
import { Problem } from "../../components/problem.tsx";
import { fetchFailing } from "../../data/api.ts";
import { useLive } from "../../data/use-live.ts";
import { useQuery } from "../../data/use-query.ts";
import { FailingGroupItem } from "./failing-group-item.tsx";
import { useFailingActions } from "./use-failing-actions.ts";

export function FailingView() {
  const { feed } = useLive();
  const { value, problem, again } = useQuery("failing", fetchFailing, "changes");
  // Here and not in each group: one whose runs were all replayed is gone from the list.
  const actions = useFailingActions(again);
  return (
    <div class="failing">
      <h1>Failing</h1>
      {problem !== null && <Problem text={problem} retry={() => void again()} />}
      {value === null && problem === null && <p class="loading">Loading…</p>}
      {value?.groups.length === 0 && feed?.failing.length === 0 && (
        <p class="all-well">
          Nothing fails. A handler that throws is listed here until it has done its work.
        </p>
      )}
      <p role="status" class="said">
        {actions.said}
      </p>
      <ul class="groups">
        {value?.groups.map((group) => (
          <FailingGroupItem
            key={`${group.handler} ${group.fingerprint}`}
            group={group}
            actions={actions}
            onChanged={again}
          />
        ))}
      </ul>
    </div>
  );
}
