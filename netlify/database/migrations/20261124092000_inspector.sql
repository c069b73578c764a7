-- What the inspector searches by that is not usual: what failed, what is a warning. Partial, so that an event which succeeded
-- and is of severity INFO, as nearly all are, costs no entry before Okta is answered.
create index events_not_successful on events (outcome, published) where outcome <> 'SUCCESS';
create index events_not_info on events (severity, published) where severity <> 'INFO';
