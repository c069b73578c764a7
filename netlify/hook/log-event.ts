/** The type of an event. (In work: the full zod schema comes with the payload.) */
export interface LogEvent {
  uuid: string;
  eventType: string;
  published: string;
  [field: string]: unknown;
}
