// Package target holds the three parties of a run — authorization server, API
// and client — each embedded or real, and starts them. Configuration files are
// read here.
package target

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/mockrs"
)

// Target is the three parties of one run. What is nil or empty is embedded.
type Target struct {
	File                string // configuration file, for messages
	Profile             string
	AuthorizationServer *RealAuthorizationServer
	APIs                []RealAPI
	Client              *RealClient
	Key                 *dpop.Key       // the client's key pair; a new one for each case if nil
	Connection          wire.Connection // how real parties are reached; its timeout is that of Limits
	Limits              Limits
	KeyFiles            []string    // files that private keys were read from
	Secrets             []string    // values that no output may show
	files               []string    // that the configuration names and that were read
	Variables           []Variable  // of the environment that the configuration reads
	untold              []string    // what no error of the configuration shows: values of these, and its own secrets
	Look                mockas.Look // of the embedded authorization server
	// LookCertificate is shown by the embedded authorization server where its look
	// wants TLS; nil: one by a throw-away authority.
	LookCertificate *tls.Certificate
	Parts           Parts // how the embedded parties differ from honest ones

	// Browser shows an address to the person who logs in; the system's browser
	// if nil. That it fails is no error: the address was written to Prompt.
	Browser func(address string) error
	Prompt  io.Writer // where the person is told what to do; standard error if nil
}

// Parts are changes to the embedded parties: each function sees the honest
// configuration just before the party starts. A mutant is made of them.
type Parts struct {
	AuthorizationServer func(*mockas.Config)
	API                 func(*mockrs.Config)
	Client              func(*client.Options)
	Registration        Registration // of the embedded client
	Lacks               []string     // capabilities that the embedded client does not name
}

// Limits bound what a run may do to a real party.
type Limits struct {
	Rate     float64 // requests a second; 0: no limit
	Timeout  time.Duration
	Budget   int           // requests in all; 0: no limit
	Pause    time.Duration // longest obedience to a 429; 0: 60 s
	Time     time.Duration // of the whole run; 0: no limit
	Patience time.Duration // how long a measurement may wait for time to pass; 0: not at all
	Level    string        // how much of the built-in scenarios is tried; empty: as the parties are, see runner
}

// RealAuthorizationServer is somebody's authorization server.
type RealAuthorizationServer struct {
	Issuer  string
	Hosts   []string // other hosts that belong to it, such as that of its token endpoint
	Command Command
	Clients []RegisteredClient
	// Replicas are base URLs at which single instances can be reached past the load
	// balancer. They answer for the URLs of the metadata.
	Replicas []string
	// Unused: nothing is asked of it, for the configuration brings the tokens of its
	// APIs. It is no party under test.
	Unused bool
	// Metadata are members that take the place of those that it publishes, or that it
	// does not publish at all.
	Metadata       dpop.Object
	DeviceApproval *DeviceApproval // nil: the server needs nobody, or nobody is there
	// Registration says by what clients may be registered there dynamically; nil: the
	// configuration gives no leave to.
	Registration *DynamicRegistration
	// Introspector is the id of the client that introspects tokens, as a resource server
	// does; empty: whichever of the clients is told of them.
	Introspector string
}

// RealAPI is somebody's API.
type RealAPI struct {
	Name     string
	URL      string // base; the path of Probe is appended
	Audience string
	Scope    string
	Client   string // client_id of the client that gets its tokens; empty: the first that may
	// AudienceParameter is by what a token request names the audience: AudienceByResource
	// and its like; empty: by resource, if it is a URL, and by audience.
	AudienceParameter string
	// AudienceNamed: the configuration says the audience; else it is the URL.
	AudienceNamed bool

	TokenTyp string // typ of the access tokens that it takes; empty: at+jwt
	Method   string // of the probe: a request that succeeds with a good token
	Path     string
	Success  Success     // what tells that the probe was granted
	Probes   []Operation // further requests of that kind
	Issuance *Issuance   // it is the credential endpoint of an issuer; nil: it is not
	Command  Command
	OpenAPI  string // file of its OpenAPI document; may be empty
	// Replicas are base URLs at which single instances of the API can be
	// reached past its load balancer. They answer for URL.
	Replicas []string
	// Upstream is the base URL of the API behind a gateway that judges proofs for it.
	// It answers for URL.
	Upstream string
	// Tokens are access tokens that the configuration brings, each bound to its Key: the
	// first is that of the client, others are further ones. Without any, its tokens
	// come from the authorization server.
	Tokens  []OwnToken
	Unbound *OwnToken // one that is bound to no key; nil: there is none
	// Serve starts the API in this process, told the issuer whose tokens it
	// takes, and returns its base URL and how to stop it. For tests in Go.
	Serve func(issuer string) (url string, stop func(), err error)
}

// By what a token request names the audience of its token.
const (
	AudienceByResource = "resource" // RFC 8707 §2
	AudienceByAudience = "audience" // as some products spell it
	AudienceByNone     = "none"     // the scope tells, or the server has a default
)

// RealClient is somebody's client, driven by an adapter program or by a trigger
// URL.
type RealClient struct {
	Command      Command
	Trigger      *Trigger     // nil: Command
	Registration Registration // what the configuration says of it
	// Drive opens the client in this process, in the place of an adapter. For
	// tests in Go.
	Drive func(context.Context, Conditions) (Driver, error)
}

// Embedded reports whether the party of a role is ours.
func (t *Target) Embedded(r Role) bool {
	switch r {
	case AuthorizationServer:
		return t.AuthorizationServer == nil
	case ResourceServer:
		return len(t.APIs) == 0
	default:
		return t.Client == nil
	}
}

// Triggered reports whether the client under test is an application behind a
// trigger URL. What it keeps outlives a case, and its servers have one address:
// cases must run one at a time.
func (t *Target) Triggered() bool { return t.Client != nil && t.Client.Trigger != nil }

// Alone reports whether every party is embedded, so that no other program
// takes part.
func (t *Target) Alone() bool {
	return t.Embedded(AuthorizationServer) && t.Embedded(ResourceServer) && t.Embedded(ClientRole)
}

// Strangers reports whether a real party is a program of its own, so that
// requests leave this process.
func (t *Target) Strangers() bool {
	api := slices.ContainsFunc(t.APIs, func(a RealAPI) bool { return a.Serve == nil })
	return !t.Embedded(AuthorizationServer) || api || t.Client != nil && t.Client.Drive == nil
}

// Subjects returns the roles under test: the real parties, or all three if
// every party is embedded.
func (t *Target) Subjects() []Role {
	roles := []Role{AuthorizationServer, ResourceServer, ClientRole}
	var real []Role
	for _, r := range roles {
		if !t.Embedded(r) && !(r == AuthorizationServer && t.AuthorizationServer.Unused) {
			real = append(real, r)
		}
	}
	if real == nil {
		return roles
	}
	return real
}

// Describe says where the party of a role is to be found.
func (t *Target) Describe(r Role) string {
	switch {
	case t.Embedded(r):
		return "embedded"
	case r == AuthorizationServer && t.AuthorizationServer.Unused:
		return "not used: the configuration brings the tokens of the APIs (apis.NAME.token)"
	case r == AuthorizationServer && t.AuthorizationServer.Issuer != "":
		return t.AuthorizationServer.Issuer
	case r == AuthorizationServer:
		return fmt.Sprint(t.AuthorizationServer.Command.Args)
	case r == ResourceServer && t.APIs[0].URL != "":
		return t.APIs[0].URL
	case r == ResourceServer:
		return fmt.Sprint(t.APIs[0].Command.Args)
	case t.Triggered():
		return t.Client.Trigger.URL
	case t.Client.Drive != nil:
		return "a driver in this process"
	default:
		return fmt.Sprint(t.Client.Command.Args)
	}
}

// DynamicRegistration says that the configuration lets clients be registered at a real
// authorization server (RFC 7591): each case that registers one deletes it again, if
// the server lets clients manage their registration (RFC 7592).
type DynamicRegistration struct {
	InitialAccessToken string // RFC 7591 §3; empty: registration is open
}
