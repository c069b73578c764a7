/** The drawing itself: uPlot in our colours, drawn anew when the scheme or the width changes. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import type { Activity } from "../../../api/schema/events.ts";
import { kinds, stackActivity } from "./stack-activity.ts";

export interface ActivityChartProps {
  readonly activity: Activity;
  /** What the drawing shows, for who does not see it. */
  readonly label: string;
  readonly onPoint: (bucket: number | null) => void;
  readonly onSelect: (from: Date, to: Date) => void;
}

const HEIGHT_PX = 132;
/** A press that trembles is not a span. */
const MIN_SELECTED_PX = 8;

export function ActivityChart({ activity, label, onPoint, onSelect }: ActivityChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const dark = useDarkScheme();
  // With the render itself, not after the next paint: a press in between would begin on a drawing that is about to go.
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    // The canvas takes its colours from here once, so another scheme needs another drawing.
    element.dataset.scheme = dark ? "dark" : "light";
    const plot = new uPlot(options({ element, activity, onPoint, onSelect }), dataOf(activity), element);
    const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT_PX }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [activity, dark, onPoint, onSelect]);
  return <div class="chart" ref={box} role="img" aria-label={label} />;
}

function dataOf(activity: Activity): uPlot.AlignedData {
  const { xs, tops } = stackActivity(activity);
  // The highest is drawn first, so that each lower one covers its own part of it.
  return [xs, ...tops.toReversed()];
}

function options({
  element,
  activity,
  onPoint,
  onSelect,
}: Omit<ActivityChartProps, "label"> & { element: HTMLElement }): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const paths = uPlot.paths.bars?.({ size: [0.78, 28], radius: 0.15 });
  const series = kinds.toReversed().map(({ kind }): uPlot.Series => {
    const fill = colour(`made-${kind}`);
    return { fill, stroke: fill, width: 0, points: { show: false }, ...(paths && { paths }) };
  });
  const axis = {
    stroke: colour("ink-soft"),
    font: `11px ${style.fontFamily}`,
    ticks: { show: false },
    grid: { stroke: colour("line"), width: 1 },
  };
  return {
    width: element.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    padding: [8, 20, 0, 0],
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: true, y: false, setScale: false },
    },
    scales: {
      x: { time: true, range: () => [Date.parse(activity.from) / 1000, Date.parse(activity.to) / 1000] },
      y: { range: (_, __, max) => [0, Math.max(max, 1)] },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 24, space: 80, values: timeLabels },
      {
        ...axis,
        size: 34,
        space: 28,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 1e5, 1e6],
      },
    ],
    series: [{}, ...series],
    hooks: {
      setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < MIN_SELECTED_PX) return;
          const at = (px: number) => new Date(Math.round(plot.posToVal(px, "x")) * 1000);
          onSelect(at(left), at(left + width));
        },
      ],
    },
  };
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

/** Midnights by their day, all else by the clock. */
function timeLabels(_: uPlot, seconds: number[]): string[] {
  return seconds.map((second) => {
    const at = new Date(second * 1000);
    return at.getHours() === 0 && at.getMinutes() === 0 ? day.format(at) : clock.format(at);
  });
}

function useDarkScheme(): boolean {
  const [dark, setDark] = useState(() => matchMedia("(prefers-color-scheme: dark)").matches);
  useEffect(() => {
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => setDark(scheme.matches);
    scheme.addEventListener("change", follow);
    return () => scheme.removeEventListener("change", follow);
  }, []);
  return dark;
}
