import * as z from "zod/mini";
const text = z.catch(z.string(), "");
const list = <Element extends z.ZodMiniType>(element: Element) => z.catch(z.array(element), []);
const part = <Shape extends z.core.$ZodShape>(shape: Shape) => z.pipe(z.transform((value) => Object(value)), z.object(shape));
const hook = part({ id: text, description: z.catch(z.nullable(z.string()), null), events: part({ items: list(text), filter: part({ map: list(part({ event: text, condition: part({ expression: text }) })) }) }) });
for (const value of [undefined, null, {}, 3, { id: 7, events: { items: [1, "a", null], filter: null } }, { events: { filter: { map: [null, { event: "x" }, { event: "y", condition: { expression: "e" } }] } } }]) console.log(JSON.stringify(hook.parse(value)));
