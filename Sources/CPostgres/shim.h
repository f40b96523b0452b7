#pragma once
#include <libpq-fe.h>

// The fields of an error and a notice: macros over character constants, which Swift does not import.
static const int wf_pg_severity = 'V';
static const int wf_pg_sqlstate = 'C';
static const int wf_pg_message = 'M';
static const int wf_pg_position = 'P';
static const int wf_pg_constraint = 'n';
static const int wf_pg_source_function = 'R';

// Notices go nowhere: libpq would print them, and they may hold values.
static inline void wf_pg_no_notice(void *context, const PGresult *notice) {
    (void)context;
    (void)notice;
}

// Installs that.
static inline void wf_pg_silence(PGconn *connection) {
    PQsetNoticeReceiver(connection, wf_pg_no_notice, (void *)0);
}
