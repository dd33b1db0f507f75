/* A storefront that brings its database up to date before it opens. As many of it may start at once
 * as there are machines: one runs the revisions, the others wait and find nothing to do. */
#include <autogen.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

static void on_event(const AutogenEvent *event, void *data)
{
    (void)data;
    if (event->kind == AUTOGEN_REVISION_ENDS)
        fprintf(stderr, "storefront: revision %s, %s (%.3f s)\n", event->revision, event->message,
                event->seconds);
}

static int bring_up_to_date(const char *config)
{
    Autogen *autogen = autogen_new();
    autogen_set(autogen, "config", config);
    autogen_set(autogen, "wait", "30s");
    autogen_set(autogen, "tag", "storefront");
    autogen_on_event(autogen, on_event, NULL);
    AutogenCode code = autogen_upgrade(autogen, "head");
    if (code == AUTOGEN_DONE)
        printf("storefront: %u revisions applied\n", autogen_applied(autogen));
    else
        fprintf(stderr, "storefront: stays closed\n%s", autogen_explain(autogen));
    autogen_free(autogen);
    return code;
}

/* Where a real one would listen. */
static int open_the_doors(const char *url)
{
    PGconn *connection = PQconnectdb(url);
    PGresult *result = PQexec(connection, "SELECT count(*) FROM store.products WHERE in_stock > 0");
    int good = PQresultStatus(result) == PGRES_TUPLES_OK;
    if (good)
        printf("storefront: open, %s products in stock\n", PQgetvalue(result, 0, 0));
    else
        fprintf(stderr, "storefront: %s", PQerrorMessage(connection));
    PQclear(result);
    PQfinish(connection);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    const char *url = getenv("DATABASE_URL");
    int code = bring_up_to_date(argc > 1 ? argv[1] : "autogen.ini");
    return code != AUTOGEN_DONE ? code
                                : open_the_doors(url != NULL ? url : "postgresql:///storefront");
}
