package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/internal/livepage"
	"github.com/dpopspec/dpopspec/mockas"
	"github.com/dpopspec/dpopspec/reports"
	"github.com/dpopspec/dpopspec/runner"
)

func serveCommand() *cobra.Command {
	o := runner.ServeOptions{}
	var format, like, ui string
	c := &cobra.Command{
		Use:   "serve",
		Short: "Run the embedded servers on fixed ports for a client driven by hand, and judge every request",
		Long: `Run the embedded authorization server and API on fixed ports for a client that is
driven by hand. Every request that arrives is judged live; the report is written
when you press Ctrl-C. Exit code: 1 if a request broke a requirement; 3 if none came with a
proof, for then nothing was tested.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if like != "" {
				var err error
				if o.Look, err = mockas.FindLook(like); err != nil {
					return fmt.Errorf("--like: %w", err)
				}
			}
			return serve(c, o, format, ui)
		},
	}
	c.Flags().StringVar(&o.AuthorizationServer, "as", "127.0.0.1:9440", "`address` of the authorization server")
	c.Flags().StringVar(&o.API, "api", "127.0.0.1:9441", "`address` of the API")
	c.Flags().StringVar(&like, "like", "",
		"whom the authorization server looks like, in `name`: "+strings.Join(mockas.LookNames(), ", ")+
			"; the default is itself: ES256, http, /token")
	c.Flags().BoolVar(&o.Remote, "allow-remote", false, "allow addresses beyond loopback")
	c.Flags().BoolVar(&o.Nonces, "nonces", false, "ask for nonces at both")
	c.Flags().BoolVar(&o.DefaultAudience, "default-audience", false,
		"tokens whose request names no audience are for the API")
	callbacks := []string{"http://localhost:3000/auth/callback", "http://localhost:3000/callback"}
	c.Flags().StringSliceVar(&o.RedirectURIs, "redirect-uri", callbacks, "redirect `URIs` that clients may use")
	c.Flags().StringVar(&format, "format", "pretty", "reports to write at the end, as for run")
	uiFlag(c, &ui, "every request as it comes, and buttons that provoke the client")
	return c
}

func serve(c *cobra.Command, o runner.ServeOptions, format, ui string) error {
	outputs, err := reportsTo(format)
	if err != nil {
		return err
	}
	stream := streamsFor(c, outputs)
	out, terminal := stream.pages, stream.terminal
	redactor := reports.NewRedactor()
	var page *livepage.Page
	count := tally{what: "requests"}
	var mu sync.Mutex // the page is opened once the servers are, and a request may be sooner
	o.Judged = func(one runner.Watched) {
		reports.WriteLine(out, one.Case, terminal)
		mu.Lock()
		defer mu.Unlock()
		if page != nil {
			page.Add(servedEvent(one, redactor))
			page.Tell(count.add(one.Verdict))
		}
	}
	collectSooner()
	served, err := runner.Serve(c.Context(), o)
	if err != nil {
		return err
	}
	defer served.Close()
	defer hold(c.Context())()
	if ui != "" {
		var text strings.Builder
		paste(&text, served)
		opened, err := openPage(out, ui, servedPage(served, text.String()))
		if err != nil {
			return err
		}
		defer opened.Close()
		mu.Lock()
		page = opened
		mu.Unlock()
	}
	paste(out, served)
	<-c.Context().Done()
	served.Close()
	if n := served.Forgotten(); n > 0 {
		fmt.Fprintf(out, "\nFor want of room the authorization server has forgotten %d tokens, codes or clients, "+
			"the least used, and refused whoever showed one of them.\n", n)
	}
	run := served.Run()
	masked := redactor.Run(run)
	shown := reports.WriteTerminal(out, masked, terminal)
	_, unwritten := stream.write(masked)
	if code := run.ExitCode(); code != exitConformant {
		err = &exit{code: code}
	}
	return butFor(err, errors.Join(shown, unwritten))
}

// paste prints what a person copies into the configuration of a client.
func paste(out io.Writer, s *runner.Served) {
	fmt.Fprintf(out, "issuer    %s\nAPI       %s/orders\naudience  %s\n", s.Issuer, s.API, s.Audience)
	if s.Authority != "" {
		fmt.Fprintf(out, "trust     %s (the throw-away authority: SSL_CERT_FILE, NODE_EXTRA_CA_CERTS, curl --cacert)\n",
			s.Authority)
	}
	fmt.Fprint(out, "\nclients\n")
	for _, c := range s.Clients {
		secret := "no secret (public, PKCE)"
		if c.Secret != "" {
			secret = "secret " + c.Secret
		}
		fmt.Fprintf(out, "  %-13s %s, %s\n", c.ID, c.Auth, secret)
	}
	fmt.Fprintf(out, `
oauth4webapi, openid-client
  ISSUER=%[1]s CLIENT_ID=confidential CLIENT_SECRET=confidential-secret

requests_oauth2client
  OAuth2Client.from_discovery_endpoint(issuer="%[1]s", client_id="confidential",
    client_secret="confidential-secret", dpop_bound_access_tokens=True, testing=True)

@auth0/nextjs-auth0 (needs a name, not an IP: start with --as localhost:9440)
  AUTH0_DOMAIN=%[3]s
  AUTH0_CLIENT_ID=confidential
  AUTH0_CLIENT_SECRET=confidential-secret
  AUTH0_AUDIENCE=%[2]s
  and AUTH0_DPOP_PUBLIC_KEY, AUTH0_DPOP_PRIVATE_KEY from: dpopspec keys env

Every request is judged below. Press Ctrl-C for the report.

`, s.Issuer, s.Audience, domain(s.Issuer))
}

// domain is how the SDKs of Auth0 take an issuer: without the https and the slash
// that every issuer of theirs has.
func domain(issuer string) string {
	return strings.TrimSuffix(strings.TrimPrefix(issuer, "https://"), "/")
}
