package mockas

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// register is dynamic registration (RFC 7591 §3) and its management (RFC 7592
// §2) at a path that ends in the client's id.
func (s *Server) register(w http.ResponseWriter, r *http.Request) {
	id, managed := strings.CutPrefix(r.URL.EscapedPath(), s.Path(PathRegister)+"/")
	switch {
	case managed:
		s.manage(w, r, id)
	case s.only(w, r, http.MethodPost):
		s.saveClient(w, r, &Client{
			ID: "dyn-" + dpop.NewID(), registrationToken: dpop.NewID() + dpop.NewID(),
			DPoPBound: s.policy.BoundByDefault,
		}, http.StatusCreated)
	}
}

// manage reads, replaces or deletes a registered client (RFC 7592 §2).
func (s *Server) manage(w http.ResponseWriter, r *http.Request, id string) {
	if !s.only(w, r, http.MethodGet, http.MethodPut, http.MethodDelete) {
		return
	}
	client, known := s.store.client(id)
	if !known || !holdsToken(r, client.registrationToken) {
		problem := invalidToken("the registration access token is wrong")
		problem.Challenges = []dpop.Challenge{dpop.Challenge{Scheme: bearer}.With("error", dpop.InvalidToken)}
		s.fail(w, r, nil, nil, problem)
		return
	}
	switch r.Method {
	case http.MethodGet:
		s.policy.NoStore(w.Header())
		writeJSON(w, http.StatusOK, s.registration(client))
	case http.MethodPut:
		s.saveClient(w, r, &Client{
			ID: id, Secret: client.Secret, registrationToken: client.registrationToken,
			DPoPBound: s.policy.BoundByDefault,
		}, http.StatusOK)
	case http.MethodDelete:
		s.store.removeClient(id)
		w.WriteHeader(http.StatusNoContent)
	}
}

func holdsToken(r *http.Request, token string) bool {
	lines := wire.RequestFields(r).Values("Authorization")
	if len(lines) != 1 || token == "" {
		return false
	}
	credentials, err := dpop.ParseCredentials(lines[0])
	return err == nil && credentials.Is(bearer) && credentials.Token == token
}

// saveClient fills a client from the metadata in the body and answers with it.
func (s *Server) saveClient(w http.ResponseWriter, r *http.Request, client *Client, status int) {
	problem := s.readMetadata(r, client)
	if problem == nil {
		if err := s.AddClient(*client); err != nil {
			problem = invalidMetadata(err.Error())
		}
	}
	if problem != nil {
		s.fail(w, r, nil, nil, problem)
		return
	}
	s.policy.NoStore(w.Header())
	writeJSON(w, status, s.registration(client))
}

func invalidMetadata(description string) *Error {
	return badRequest("invalid_client_metadata", description)
}

// readMetadata reads client metadata strictly; unknown members are ignored
// and not echoed (RFC 7591 §2).
func (s *Server) readMetadata(r *http.Request, client *Client) *Error {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxForm+1))
	if err != nil || len(body) > maxForm {
		return invalidMetadata("the body cannot be read or is too large")
	}
	document, err := dpop.ParseObject(body)
	if err != nil {
		return invalidMetadata("the body: " + err.Error())
	}
	for _, m := range document {
		read, known := metadataMembers[m.Name]
		if known && !read(client, m.Value) {
			return invalidMetadata(m.Name + " has a value that is not possible")
		}
	}
	return s.completeClient(client)
}

// metadataMembers are the members that mean something here; each reader
// reports whether the value has the right type.
var metadataMembers = map[string]func(*Client, json.RawMessage) bool{
	"redirect_uris": func(c *Client, v json.RawMessage) bool { return strict('[', v, &c.RedirectURIs) },
	"grant_types":   func(c *Client, v json.RawMessage) bool { return strict('[', v, &c.Grants) },
	"scope":         func(c *Client, v json.RawMessage) bool { return strict('"', v, &c.Scope) },
	"client_name":   func(c *Client, v json.RawMessage) bool { return strict('"', v, &c.name) },
	"token_endpoint_auth_method": func(c *Client, v json.RawMessage) bool {
		return strict('"', v, &c.Auth)
	},
	"jwks": func(c *Client, v json.RawMessage) bool { return strict('{', v, &c.JWKS) },
	"require_pushed_authorization_requests": func(c *Client, v json.RawMessage) bool {
		return boolean(v, &c.RequirePAR)
	},
	"tls_client_auth_subject_dn": func(c *Client, v json.RawMessage) bool { return strict('"', v, &c.SubjectDN) },
	"tls_client_certificate_bound_access_tokens": func(c *Client, v json.RawMessage) bool {
		return boolean(v, &c.CertificateBound)
	},
	// RFC 9449 §5.2: a boolean, not a string or number that looks like one.
	"dpop_bound_access_tokens": func(c *Client, v json.RawMessage) bool { return boolean(v, &c.DPoPBound) },
}

// strict decodes a value whose first character tells its type.
func strict(first byte, value json.RawMessage, into any) bool {
	return len(value) > 0 && value[0] == first && json.Unmarshal(value, into) == nil
}

func boolean(value json.RawMessage, into *bool) bool {
	*into = string(value) == "true"
	return *into || string(value) == "false"
}

// completeClient adds the defaults of RFC 7591 §2 and refuses what cannot work.
func (s *Server) completeClient(c *Client) *Error {
	if c.Auth == "" {
		c.Auth = AuthBasic
	}
	if c.Grants == nil {
		c.Grants = []string{GrantCode}
	}
	for _, g := range c.Grants {
		if !slices.Contains(s.config.Grants, g) {
			return invalidMetadata("this server does not offer the grant type " + g)
		}
	}
	if slices.Contains(c.Grants, GrantCode) && len(c.RedirectURIs) == 0 {
		return badRequest("invalid_redirect_uri", "the authorization code grant needs redirect_uris")
	}
	for _, uri := range c.RedirectURIs {
		if u, err := url.Parse(uri); err != nil || !u.IsAbs() || strings.Contains(uri, "#") {
			return badRequest("invalid_redirect_uri", "a redirect URI is absolute and has no fragment")
		}
	}
	if (c.Auth == AuthBasic || c.Auth == AuthPost) && c.Secret == "" {
		c.Secret = dpop.NewID() + dpop.NewID()
	}
	return nil
}

// registration is the client information response (RFC 7591 §3.2.1, RFC 7592 §3).
func (s *Server) registration(c *Client) dpop.Object {
	var answer dpop.Object
	answer.Add("client_id", c.ID)
	if c.Auth == AuthBasic || c.Auth == AuthPost {
		answer.Add("client_secret", c.Secret)
		answer.Add("client_secret_expires_at", 0)
	}
	answer.Add("registration_access_token", c.registrationToken)
	answer.Add("registration_client_uri", s.URL(PathRegister)+"/"+c.ID)
	answer.Add("token_endpoint_auth_method", c.Auth)
	answer.Add("grant_types", c.Grants)
	if slices.Contains(c.Grants, GrantCode) {
		answer.Add("response_types", []string{"code"})
	}
	if len(c.RedirectURIs) > 0 {
		answer.Add("redirect_uris", c.RedirectURIs)
	}
	if c.Scope != "" {
		answer.Add("scope", c.Scope)
	}
	if c.name != "" {
		answer.Add("client_name", c.name)
	}
	if len(c.JWKS) > 0 {
		answer.Add("jwks", c.JWKS)
	}
	if c.SubjectDN != "" {
		answer.Add("tls_client_auth_subject_dn", c.SubjectDN)
	}
	if c.CertificateBound {
		answer.Add("tls_client_certificate_bound_access_tokens", true)
	}
	answer.Add("require_pushed_authorization_requests", c.RequirePAR)
	answer.Add("dpop_bound_access_tokens", c.DPoPBound)
	return answer
}
