package mutation

import (
	"slices"

	"github.com/dpopspec/dpopspec/mutants"
)

// outOfSight are the mutants that nobody can find at a real server in a run of a minute,
// and why. Each must survive: one that is found there is taken off the list.
var outOfSight = []struct {
	why   string
	names []string // ids, or names
}{
	{"no authorization server issues a token for such a key, so nobody can present one", []string{
		"PV-063@userinfo", "PV-064@userinfo", "PV-066@userinfo", "PV-067@userinfo", "PV-115@userinfo", "PV-206@userinfo",
		"RS-007@userinfo",
	}},
	{"it shows after minutes", []string{
		"PV-092", "PV-102@token/half-time", "PV-102@par/half-time", "PV-102@userinfo/half-time", "PV-102@api/half-time",
		"AS-201", "RS-201",
	}},
	{"the memory of somebody's server cannot be broken or looked into", []string{"PV-108", "PV-109", "RS-037"}},
	{"two servers of one operator may well take each other's nonces", []string{"PV-093"}},
	{"the endpoint refuses each honest request, or each key but the first, so nothing can be compared; the run says so", []string{
		"PV-113@userinfo/padded", "PV-113@userinfo/standard-alphabet", "PV-113@userinfo/hex", "PV-113@userinfo/sha-512",
		"PV-056/registered", "PV-200@userinfo/token", "PV-205", "RS-103@api",
	}},
	{"the configuration names one person alone", []string{"RS-104@userinfo"}},
	{"it needs an access token with an escape in it", []string{"RS-012@api/url-decoded"}},
	{"it shows behind a proxy alone", []string{"RS-040@api/subrequest", "RS-040@api/internal-url", "PV-201"}},
	{"a server is free to bind no token of some client, and the run says so (RFC 9449 section 5)", []string{
		"AS-008/certificate", "AS-246",
	}},
	{"it shows at a server that answers a proof with a token of the type Bearer", []string{"AS-103"}},
	{"the API asks for no other login", []string{"RS-101"}},
	{"the embedded authorization server has no path with escapes", []string{
		"PV-030@token", "PV-030@par", "PV-030@userinfo",
	}},
}

// OutOfSight says why a mutant is not to be found at a real server; empty if it is.
func OutOfSight(m mutants.Mutant) string {
	for _, row := range outOfSight {
		if slices.ContainsFunc(row.names, m.Called) {
			return row.why
		}
	}
	return ""
}
