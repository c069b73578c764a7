/**
 * `z.object` of zod/mini, made fast. Whole zod compiles an object's schema at its first use; zod/mini leaves that out to be
 * small. An event is read three times as fast with it, and the start of the function stays small without whole zod.
 */
import * as z from "zod/mini";

const compiled: z.core.$constructor<z.core.$ZodObject> = z.core.$ZodObjectJIT;
const base: z.core.$constructor<z.ZodMiniType> = z.ZodMiniType;

const CompiledObject = z.core.$constructor<z.ZodMiniObject>("ZodMiniObject", (instance, definition) => {
  compiled.init(instance, definition);
  base.init(instance, definition);
});

/** An object schema, as `z.object(shape)` gives it. Where code may not be made at run time it is only as fast as that. */
export function compiledObject<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
): ReturnType<typeof z.object<Shape>> {
  return new CompiledObject({ type: "object", shape }) as ReturnType<typeof z.object<Shape>>;
}
