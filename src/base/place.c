/* Where things are, as the build said. */
#include "base/place.h"

#ifndef SYSCONFDIR
#define SYSCONFDIR "/etc"
#endif

const char *
place_sysconf(void)
{
	return SYSCONFDIR;
}

const char *
place_syslog(void)
{
	return "/dev/log";
}
