-- From this version on the widgets' log has parts of widgets, which a program that does not know of them would take for widgets that
-- were deleted. Nothing changes in the tables, but such a program must not start with the log.
UPDATE widget_ledger SET stored = stored WHERE id = 1;
