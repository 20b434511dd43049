package target

import "github.com/dpopspec/dpopspec/features"

// Role is the part that a party plays.
type Role string

// The three roles, spelled as in the catalogue's field binds.
const (
	AuthorizationServer Role = features.AuthorizationServer
	ResourceServer      Role = features.ResourceServer
	ClientRole          Role = features.Client
)

// Name returns the role as RFC 9449 spells it out.
func (r Role) Name() string {
	switch r {
	case AuthorizationServer:
		return "authorization server"
	case ResourceServer:
		return "API"
	case ClientRole:
		return "client"
	}
	return string(r)
}
