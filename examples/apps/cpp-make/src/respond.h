#ifndef RESPOND_H
#define RESPOND_H

/* Answers a request on a connection and closes it. */
void respond(int connection);

#endif
