/*
 * Stand-ins for the network in libgit2.a: with them the linker takes neither
 * TLS, SSH, HTTP nor Kerberos from the archive, and a hook starts in a tenth
 * of the time.  Nor does libc.a give the resolver and the user database, which
 * it would load while the program runs.  Nothing here is ever called but what
 * git_libgit2_init() calls; the names are those of libgit2 1.5.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/types.h>

#define AT_START(X)                       \
	X(git_mbedtls_stream_global_init) \
	X(git_transport_ssh_global_init)  \
	X(git_hash_sha256_global_init)

#define NEVER(X)                          \
	X(git_hash_sha256_ctx_cleanup)    \
	X(git_hash_sha256_ctx_init)       \
	X(git_hash_sha256_final)          \
	X(git_hash_sha256_init)           \
	X(git_hash_sha256_update)         \
	X(git_http_auth_negotiate)        \
	X(git_http_client_free)           \
	X(git_http_client_has_response)   \
	X(git_http_client_new)            \
	X(git_http_client_read_body)      \
	X(git_http_client_read_response)  \
	X(git_http_client_send_body)      \
	X(git_http_client_send_request)   \
	X(git_http_client_skip_body)      \
	X(git_http_response_dispose)      \
	X(git_http_response_is_redirect)  \
	X(git_mbedtls__set_cert_location) \
	X(git_mbedtls_stream_new)         \
	X(git_mbedtls_stream_wrap)        \
	X(git_smart_subtransport_ssh)     \
	X(git_transport_ssh_with_paths)   \
	X(freeaddrinfo)                   \
	X(gai_strerror)                   \
	X(getaddrinfo)                    \
	X(http_parser_parse_url)

#define SUCCEED(name)     \
	int name(void);   \
	int name(void)    \
	{                 \
		return 0; \
	}
#define ABORT(name)      \
	void name(void); \
	void name(void)  \
	{                \
		abort(); \
	}

/* clang-format off */
AT_START(SUCCEED)
NEVER(ABORT)
/* clang-format on */

/* For a home directory, which is never looked into. */
struct passwd;
int getpwuid_r(uid_t uid, struct passwd *entry, char *buffer, size_t size,
    struct passwd **result);
int
getpwuid_r(uid_t uid, struct passwd *entry, char *buffer, size_t size,
    struct passwd **result)
{
	(void)uid, (void)entry, (void)buffer, (void)size;
	*result = NULL;
	return ENOENT;
}
