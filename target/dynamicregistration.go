package target

// DynamicRegistration says that the configuration lets clients be registered at a real
// authorization server (RFC 7591): each case that registers one deletes it again, if
// the server lets clients manage their registration (RFC 7592).
type DynamicRegistration struct {
	InitialAccessToken string // RFC 7591 §3; empty: registration is open
}
