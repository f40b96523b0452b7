-- What retention looks for.
CREATE INDEX execution_closed ON execution (namespace_id, close_time) WHERE close_time IS NOT NULL;
