package mask

import "strings"

// secretNames are the parameters and members whose values are secret, in small letters.
var secretNames = set(
	"client_secret", "client_assertion", "assertion", "refresh_token", "access_token", "id_token", "id_token_hint",
	"subject_token", "actor_token", "logout_token", "token", "code", "code_verifier", "device_code", "pre-authorized_code",
	"tx_code", "user_pin", "oauth-client-attestation", "oauth-client-attestation-pop",
	"registration_access_token", "initial_access_token", "password", "authorization", "proxy-authorization", "cookie", "set-cookie",
)

// wholeSecrets are the parameters of which not even the first characters stay:
// they live longer than a token.
var wholeSecrets = set("client_secret", "password", "tx_code", "user_pin", "code_verifier",
	"registration_access_token", "initial_access_token")

// privateNames are the members of a JWK that hold the private key, RFC 7518 §6.
var privateNames = set("d", "p", "q", "dp", "dq", "qi", "k", "oth")

// schemes are the authentication schemes whose name may stay, in small
// letters. Any other word could be a token that lacks its scheme.
var schemes = set("dpop", "bearer", "basic", "digest", "gnap", "hoba", "mutual", "negotiate", "privatetoken")

func isScheme(word string) bool { return schemes[strings.ToLower(word)] }

func parameterMask(name, value string) string {
	if wholeSecrets[strings.ToLower(name)] {
		return masked
	}
	return token(value, 6)
}

// memberMask masks the value of a member. A header field in JSON keeps its scheme.
func memberMask(name, value string) string {
	if scheme, rest, ok := strings.Cut(value, " "); ok && isScheme(scheme) {
		if isMask(rest) {
			return value
		}
		return scheme + " " + masked
	}
	return parameterMask(name, value)
}
