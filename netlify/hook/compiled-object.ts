/**
 * `z.object` of zod/mini, made fast. Whole zod compiles an object's schema at its first use; zod/mini leaves that out to be
 * small. An event is read three times as fast with it, and the start of the function stays small without whole zod.
 */
import * as z from "zod/mini";
import * as core from "zod/v4/core";

const compiled: core.$constructor<core.$ZodObject> = core.$ZodObjectJIT;
const base: core.$constructor<z.ZodMiniType> = z.ZodMiniType;

const CompiledObject = core.$constructor<z.ZodMiniObject>("ZodMiniObject", (instance, definition) => {
  compiled.init(instance, definition);
  base.init(instance, definition);
});

/** An object schema, as `z.object(shape)` gives it. Where code may not be made at run time it is only as fast as that. */
export function compiledObject<Shape extends core.$ZodLooseShape>(
  shape: Shape,
): ReturnType<typeof z.object<Shape>> {
  return new CompiledObject({ type: "object", shape }) as ReturnType<typeof z.object<Shape>>;
}
