package target

import "slices"

// grantURNs are the grants that have URNs, by the last part, by which the configuration
// may call them.
var grantURNs = map[string]string{
	"device_code":    "urn:ietf:params:oauth:grant-type:device_code",
	"token-exchange": "urn:ietf:params:oauth:grant-type:token-exchange",

	"pre-authorized_code": "urn:ietf:params:oauth:grant-type:pre-authorized_code",
}

// inFull returns grants as token requests name them.
func inFull(grants []string) []string {
	grants = slices.Clone(grants)
	for i, grant := range grants {
		if urn, short := grantURNs[grant]; short {
			grants[i] = urn
		}
	}
	return grants
}
