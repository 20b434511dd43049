package server

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func metadataSteps(v *vocabulary.Vocabulary) {
	v.Word("listed-algorithms", "What dpop_signing_alg_values_supported lists (RFC 9449 §5.1).",
		listings.Forms()...)
	g := vocabulary.For[Tester](v)
	g.When(`^the metadata of the authorization server is read$`, (*Tester).readDocuments,
		"Reads both documents, where RFC 8414 §3 and OpenID Connect Discovery §4 put them; one may be missing.",
		"When the metadata of the authorization server is read")
	g.Then(`^the server metadata lists {listed-algorithms}$`, (*Tester).metadataLists,
		"Every document must list at least one algorithm, the same in both; asymmetric signatures alone, "+
			"each once; or at least those of the profile's required_algorithms.",
		"Then the server metadata lists asymmetric algorithms alone")
	g.Then(`^every registered name is spelled as it is registered$`, (*Tester).membersAreSpelled,
		"No member may look like one of RFC 9449 §12 and be spelled otherwise.",
		"Then every registered name is spelled as it is registered")
	g.Then(`^every endpoint is reached over https alone$`, (*Tester).endpointsAreSecure,
		"Endpoint URLs must have the scheme https, and plain http must not serve them; loopback is exempt.",
		"Then every endpoint is reached over https alone")
}

func (w *Tester) readDocuments() error {
	metadata, err := w.Metadata()
	if err != nil {
		return err
	}
	if !w.EmbeddedAS() && metadata.Source == "" {
		return world.NotApplicablef("the authorization server publishes no metadata that can be read; " +
			"what the configuration gives in their place is not the server's word")
	}
	known := &w.documents
	for _, address := range target.MetadataURLs(metadata.Issuer) {
		e, err := w.Send("metadata", wire.Request{Method: "GET", URL: address})
		if err != nil {
			return err
		}
		if e.Status != 200 {
			continue
		}
		document, err := dpop.ParseObject(e.Reply)
		if err != nil {
			return w.Expect(false, "a JSON object at "+address, err.Error())
		}
		known.urls, known.found = append(known.urls, address), append(known.found, document)
	}
	if known.found == nil {
		return world.Inconclusivef("no metadata document can be read")
	}
	return nil
}

// everyDocument judges each document that was read.
func (w *Tester) everyDocument(judge func(address string, document dpop.Object) error) error {
	known := &w.documents
	if known.found == nil {
		return errors.New(`no metadata were read; put "When the metadata of the authorization server are read" first`)
	}
	for i, document := range known.found {
		if err := judge(known.urls[i], document); err != nil {
			return err
		}
	}
	return nil
}

// registeredMembers are the names of RFC 9449 §12 that stand in metadata or a
// registration.
var registeredMembers = []string{algorithmsMember, "dpop_bound_access_tokens", "dpop_jkt"}

// misspelt returns members that mean a registered name and are not spelled so.
func misspelt(document dpop.Object) (names []string) {
	for _, m := range document {
		plain := strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(m.Name))
		for _, right := range registeredMembers {
			core := strings.TrimSuffix(strings.TrimSuffix(strings.ReplaceAll(right, "_", ""), "supported"), "values")
			if m.Name != right && strings.HasPrefix(plain, core) {
				names = append(names, m.Name)
			}
		}
	}
	return names
}

func (w *Tester) membersAreSpelled() error {
	return w.everyDocument(func(address string, document dpop.Object) error {
		wrong := misspelt(document)
		return w.Expect(wrong == nil, "registered names alone in "+address, fmt.Sprintf("%q", wrong))
	})
}

func (w *Tester) endpointsAreSecure() error {
	var unsure error
	err := w.everyDocument(func(address string, document dpop.Object) error {
		for _, m := range document {
			if !strings.HasSuffix(m.Name, "_endpoint") && m.Name != "jwks_uri" && m.Name != "issuer" {
				continue
			}
			text, _ := document.Text(m.Name)
			u, err := url.Parse(text)
			secure := err == nil && (u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname()))
			if err := w.Expect(secure, m.Name+" with the scheme https", text); err != nil {
				return err
			}
			if u.Scheme == "https" && !isLoopback(u.Hostname()) {
				var open *world.Violation
				if err := w.twinIsClosed(m.Name, text); errors.As(err, &open) {
					return err
				} else if unsure == nil {
					unsure = err // another may be served still
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return unsure
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// twinIsClosed visits the http twin of an endpoint, without any credentials.
func (w *Tester) twinIsClosed(name, address string) error {
	e, nobody, err := w.AskTwin("the http twin of "+name, address)
	if err != nil {
		return err
	}
	if nobody != nil {
		w.Observe("%s is not served by plain http: %v", name, nobody)
		return nil
	}
	served := e.Status/100 == 2 && world.IsJSON(e.Answer)
	return w.Expect(!served, name+" not served by plain http", fmt.Sprintf("status %d with JSON", e.Status))
}
