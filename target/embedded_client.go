package target

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dpopspec/dpopspec/client"
	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// embeddedCapabilities are those of package client: all.
var embeddedCapabilities = append([]string{
	CanClientCredentials, CanLogin, CanRefresh, CanPAR, CanJKT, CanRetryNonce, CanFetch, CanEnvironmentKeys,
	ReadsEnvironment, CanGenerateKey, MakesLoginKeys, TakesKey, HasClockSkew, HasRetryOptions, HasFetchers, HasTokenOptions,
	TakesRequestObject, TakesLoginQuery, TakesCustomFetch, CanRegister, CanRotate, CanRequireNonces,
	CanRetryUnavailable, UsesMTLSAliases, ReadsAPIMetadata, UsesIDTokens, SignsAssertions, WritesDebugLog, FollowsDocumentation,
	CallsInParallel, HasSessions, CanRestartLogin, CanLogOut, CallsUserinfo, TakesBodyOnce, FindsIssuer, InProcess,
	Attests, AsksNonces,
	"urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:token-exchange",
}, documentedCapabilities...)

// embedded drives package client in this process.
type embedded struct {
	around    Conditions
	parts     func(*client.Options)
	lacks     []string // capabilities that it does not name
	transport *http.Transport
	sessions  map[string]*client.Client // by name; that of the only user has none
	made      client.Options            // of each
	setup     Setup

	output journal
	mu     sync.Mutex
	waits  []time.Duration
}

func newEmbedded(around Conditions, parts func(*client.Options), timeout time.Duration, roots *x509.CertPool) *embedded {
	dialer := &net.Dialer{Timeout: timeout}
	return &embedded{around: around, parts: parts, transport: &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if other, ok := around.Resolve[address]; ok {
				address = other
			}
			return wire.Dial(ctx, dialer, network, address)
		},
		TLSClientConfig:        &tls.Config{RootCAs: roots},
		ForceAttemptHTTP2:      true, // over TLS, as clients do
		MaxIdleConnsPerHost:    32,
		MaxResponseHeaderBytes: 1 << 20,
		ResponseHeaderTimeout:  timeout,
	}}
}

// Hello implements Driver.
func (d *embedded) Hello() Hello {
	named := slices.DeleteFunc(slices.Clone(embeddedCapabilities), func(capability string) bool {
		return slices.Contains(d.lacks, capability)
	})
	return Hello{Name: "dpopspec/client", Version: "embedded", Capabilities: named}
}

// Configure implements Driver.
func (d *embedded) Configure(_ context.Context, s Setup) error {
	d.sessions, d.setup = nil, s
	o, err := d.options(s)
	if err != nil {
		return err
	}
	if d.parts != nil {
		d.parts(&o)
	}
	c, err := client.New(o)
	if err != nil {
		return told(err)
	}
	d.sessions, d.made = map[string]*client.Client{"": c}, o
	return nil
}

// of returns the client of a session: each user has one, with the same options.
func (d *embedded) of(session string) (*client.Client, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.sessions == nil {
		return nil, errNotConfigured
	}
	c := d.sessions[session]
	if c == nil {
		var err error
		if c, err = client.New(d.made); err != nil {
			return nil, told(err)
		}
		d.sessions[session] = c
	}
	return c, nil
}

func (d *embedded) options(s Setup) (client.Options, error) {
	o := client.Options{
		Issuer: s.Issuer, ClientID: s.Client.ID, ClientSecret: s.Client.Secret, Auth: client.AuthMethod(s.Client.Auth),
		RedirectURI: s.RedirectURI, Scope: s.API.Scope, Audience: s.API.Audience,
		ResourceIndicators: s.Options.AudienceParameter == "resource",
		PAR:                s.Options.PAR != nil && *s.Options.PAR,
		MTLSAliases:        s.Options.MTLSAliases,
		UseDPoP:            s.Options.UseDPoP == nil || *s.Options.UseDPoP,
		GenerateKey:        s.Options.Key == "generated",
		KeyPerLogin:        s.Options.Key == "login",
		IDTokens:           s.Options.IDTokens,
		KeyJWK:             s.Options.KeyJWK,
		Attestation:        s.Client.Attestation,
		Policy:             client.HonestPolicy(),
		Logger:             slog.New(&d.output),
		HTTP:               &http.Client{Transport: d.transport, Timeout: 10 * time.Second},
		Env:                func(name string) (string, bool) { v, set := d.around.Env[name]; return v, set },
		Clock:              d.around.Clock,
		Sleep:              d.sleep,
	}
	if s.Options.AudienceParameter == "none" {
		o.Audience = ""
	}
	if pair := s.Options.KeyPEM; pair != nil {
		o.KeyPEM = &client.KeyPEM{Public: pair.Public, Private: pair.Private}
	}
	o.DPoP = client.DPoPOptions{
		ClockSkew: span(s.Options.ClockSkew, time.Second), ClockTolerance: span(s.Options.ClockTolerance, time.Second),
		RequireNonces: s.Options.RequireNonces,
	}
	o.DPoP.Retry.Unavailable = s.Options.RetryUnavailable
	if r := s.Options.Retry; r != nil {
		o.DPoP.Retry.Delay, o.DPoP.Retry.Jitter = span(r.Delay, time.Millisecond), r.Jitter
	}
	var err error
	if s.Options.Key == KeyUnexportable {
		if o.Key, err = unexportable(); err != nil {
			return o, err
		}
	}
	if len(s.Client.JWK) > 0 {
		o.AssertionKey, err = dpop.ParseJWK(s.Client.JWK)
	}
	return o, err
}

func span(count *int, unit time.Duration) *time.Duration {
	if count == nil {
		return nil
	}
	d := time.Duration(*count) * unit
	return &d
}

func (d *embedded) sleep(ctx context.Context, wait time.Duration) error {
	d.mu.Lock()
	d.waits = append(d.waits, wait)
	d.mu.Unlock()
	if d.around.Sleep != nil {
		d.around.Sleep(wait)
	}
	return ctx.Err()
}

// Login implements Driver.
func (d *embedded) Login(ctx context.Context, order LoginOrder) (Told, error) {
	c, err := d.of(order.Session)
	if err != nil {
		return Told{}, err
	}
	further := url.Values{}
	for name, value := range order.Query {
		further.Set(name, value)
	}
	t, err := c.Login(ctx, client.LoginOptions{Parameters: further})
	return toldOf(t), told(err)
}

// Token implements Driver.
func (d *embedded) Token(ctx context.Context, order TokenOrder) (Told, error) {
	c, err := d.of(order.Session)
	if err != nil {
		return Told{}, err
	}
	o := client.TokenOptions{Audience: order.Audience, Scope: order.Scope, Refresh: true}
	if order.Grant == CanClientCredentials || order.Grant == CanRefresh {
		t, err := c.Token(ctx, o)
		return toldOf(t), told(err)
	}
	form := url.Values{"grant_type": {order.Grant}}
	for name, value := range order.Parameters {
		form.Set(name, value)
	}
	t, err := c.Grant(ctx, form, o)
	return toldOf(t), told(err)
}

func toldOf(t client.Token) Told {
	return Told{TokenType: t.Type, Scope: t.Scope, AccessToken: t.AccessToken, RefreshToken: t.RefreshToken}
}

// Fetch implements Driver.
func (d *embedded) Fetch(ctx context.Context, order FetchOrder) (*Fetched, error) {
	c, err := d.of(order.Session)
	if err != nil {
		return nil, err
	}
	if order.NonceEndpoint {
		response, err := c.AskNonce(ctx, order.URL)
		if err != nil {
			return nil, told(err)
		}
		return fetchedFrom(response)
	}
	var seen *SeenRequest
	options := d.fetcher(order, &seen)
	if err := documented(c, order, &options); err != nil {
		return nil, err
	}
	f, err := c.Fetcher(options)
	if err != nil {
		return nil, told(err)
	}
	response, err := call(ctx, f, order)
	if err != nil {
		return nil, told(err)
	}
	fetched, err := fetchedFrom(response)
	if err == nil {
		fetched.Seen = seen
	}
	return fetched, err
}

// fetchedFrom reads an answer to its end.
func fetchedFrom(response *http.Response) (*Fetched, error) {
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return nil, told(err)
	}
	return &Fetched{Status: response.StatusCode, Headers: lowered(response.Header), Body: string(body)}, nil
}

func (d *embedded) fetcher(order FetchOrder, seen **SeenRequest) client.FetcherOptions {
	o := client.FetcherOptions{
		BaseURL: order.BaseURL, UseDPoP: order.UseDPoP, ProtectedResource: d.setup.Options.ResourceMetadata,
	}
	if o.BaseURL == "" {
		o.BaseURL = d.setup.API.URL
	}
	if order.AccessToken != "" {
		o.AccessToken = func(context.Context, client.TokenOptions) (string, error) { return order.AccessToken, nil }
	}
	if order.CustomFetch {
		logged := client.DebugTransport(slog.New(&d.output), d.transport)
		o.Transport = client.RoundTripFunc(func(r *http.Request) (*http.Response, error) {
			*seen = &SeenRequest{r.Method, r.URL.String(), lowered(r.Header)}
			response, err := logged.RoundTrip(r)
			if err == nil {
				response.Header.Set("X-Custom-Fetch", "passed through")
			}
			return response, err
		})
	}
	return o
}

func call(ctx context.Context, f *client.Fetcher, order FetchOrder) (*http.Response, error) {
	var body io.Reader
	if order.Body != nil {
		body = strings.NewReader(*order.Body)
	}
	if body != nil && order.BodyOnce {
		body = io.MultiReader(body) // which net/http cannot rewind
	}
	header := http.Header{}
	for name, value := range order.Headers {
		header.Set(name, value)
	}
	var o client.TokenOptions
	if t := order.TokenOptions; t != nil {
		o = client.TokenOptions{Scope: t.Scope, Audience: t.Audience, Refresh: t.Refresh}
	}
	if order.As != "request" {
		return f.Fetch(ctx, order.URL, &client.Init{Method: order.Method, Header: header, Body: body, TokenOptions: o})
	}
	request, err := http.NewRequestWithContext(ctx, order.Method, order.URL, body)
	if err != nil {
		return nil, err
	}
	request.Header = header
	return f.Do(request, o)
}

func lowered(h http.Header) map[string]string {
	all := map[string]string{}
	for name, values := range h {
		all[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	return all
}

// Register implements Driver.
func (d *embedded) Register(ctx context.Context) error {
	c, err := d.of("")
	if err != nil {
		return err
	}
	_, err = c.Register(ctx, map[string]any{"client_name": "dpopspec"})
	return told(err)
}

// Rotate implements Driver.
func (d *embedded) Rotate(_ context.Context, pair KeyPair) error {
	c, err := d.of("")
	if err != nil {
		return err
	}
	key, err := dpop.ParsePEM([]byte(pair.Private))
	if err != nil {
		return err
	}
	return told(c.Rotate(key))
}

// Waits implements Driver.
func (d *embedded) Waits() []time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]time.Duration(nil), d.waits...)
}

// Output implements Driver.
func (d *embedded) Output() string {
	text := d.output.String()
	if c, err := d.of(""); err == nil {
		text += strings.Join(c.Warnings(), "\n")
	}
	return text
}

// End implements Driver.
func (d *embedded) End() { d.Close() }

// Close implements Driver.
func (d *embedded) Close() { d.transport.CloseIdleConnections() }

var errNotConfigured = errors.New("the client has to be configured first")

// told turns an error of package client into one that it tells its user.
func told(err error) error {
	if err == nil {
		return nil
	}
	e := &ClientError{Name: "Error", Message: err.Error()}
	var ours *client.DPoPError
	var oauth *client.OAuthError
	switch {
	case errors.As(err, &ours):
		e.Name, e.Code, e.Message, e.Status = "DPoPError", string(ours.Code), ours.Message, ours.Status
	case errors.As(err, &oauth):
		e.Name, e.Code, e.Status = "OAuthError", oauth.Code, oauth.Status
	}
	return e
}
