package mockas

// looks are those of products, as their own discovery documents show them. An
// endpoint that a product does not document is where this server has it.
var looks = []Look{
	{ // https://TENANT.auth0.com/.well-known/openid-configuration
		Name: "auth0", Algorithm: "RS256", Issuer: "/", TLS: true,
		Paths: map[string]string{
			PathToken: "/oauth/token", PathJWKS: "/.well-known/jwks.json", PathPAR: "/oauth/par",
			PathDevice: "/oauth/device/code", PathRevoke: "/oauth/revoke", PathRegister: "/oidc/register",
		},
	},
	{ // https://HOST/realms/REALM/.well-known/openid-configuration
		Name: "keycloak", Algorithm: "RS256", Issuer: "/realms/dpopspec", TLS: true,
		Paths: map[string]string{
			PathAuthorize:  "/realms/dpopspec/protocol/openid-connect/auth",
			PathToken:      "/realms/dpopspec/protocol/openid-connect/token",
			PathJWKS:       "/realms/dpopspec/protocol/openid-connect/certs",
			PathUserinfo:   "/realms/dpopspec/protocol/openid-connect/userinfo",
			PathPAR:        "/realms/dpopspec/protocol/openid-connect/ext/par/request",
			PathDevice:     "/realms/dpopspec/protocol/openid-connect/auth/device",
			PathIntrospect: "/realms/dpopspec/protocol/openid-connect/token/introspect",
			PathRevoke:     "/realms/dpopspec/protocol/openid-connect/revoke",
			PathRegister:   "/realms/dpopspec/clients-registrations/openid-connect",
		},
	},
	{ // https://ORG.okta.com/oauth2/default/.well-known/openid-configuration
		Name: "okta", Algorithm: "RS256", Issuer: "/oauth2/default", TLS: true,
		Paths: map[string]string{
			PathAuthorize:  "/oauth2/default/v1/authorize",
			PathToken:      "/oauth2/default/v1/token",
			PathJWKS:       "/oauth2/default/v1/keys",
			PathUserinfo:   "/oauth2/default/v1/userinfo",
			PathPAR:        "/oauth2/default/v1/par",
			PathDevice:     "/oauth2/default/v1/device/authorize",
			PathIntrospect: "/oauth2/default/v1/introspect",
			PathRevoke:     "/oauth2/default/v1/revoke",
			PathRegister:   "/oauth2/v1/clients",
		},
	},
	{ // https://login.microsoftonline.com/TENANT/v2.0/.well-known/openid-configuration;
		// its userinfo is another server's.
		Name: "entra", Algorithm: "RS256", Issuer: "/dpopspec/v2.0", TLS: true,
		Paths: map[string]string{
			PathAuthorize: "/dpopspec/oauth2/v2.0/authorize",
			PathToken:     "/dpopspec/oauth2/v2.0/token",
			PathJWKS:      "/dpopspec/discovery/v2.0/keys",
			PathUserinfo:  "/oidc/userinfo",
			PathDevice:    "/dpopspec/oauth2/v2.0/devicecode",
		},
	},
}
