package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

const algorithmsMember = "dpop_signing_alg_values_supported"

func metadataSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.When(`^the metadata of the authorization server are read$`, (*Tester).readDocuments,
		"Reads both documents, where RFC 8414 §3 and OpenID Connect Discovery §4 put them; one may be missing.",
		"When the metadata of the authorization server are read")
	g.Then(`^they announce the algorithms of proofs$`, (*Tester).announcesAlgorithms,
		"dpop_signing_alg_values_supported must be a list of at least one name in every document (RFC 9449 §5.1).",
		"Then they announce the algorithms of proofs")
	g.Then(`^both documents announce the same algorithms of proofs$`, (*Tester).documentsAgree,
		"Where there are two documents they must not contradict each other.",
		"Then both documents announce the same algorithms of proofs")
	g.Then(`^every announced algorithm of proofs is an asymmetric signature$`, (*Tester).algorithmsAreAsymmetric,
		"No none, no MAC, no encryption algorithm, and no name twice (RFC 9449 §5.1).",
		"Then every announced algorithm of proofs is an asymmetric signature")
	g.Then(`^they announce "([^"]+)" for proofs$`, (*Tester).announces,
		"The list of algorithms must hold that name.",
		`Then they announce "ES256" for proofs`)
	g.Then(`^they announce the algorithms that the profile demands$`, (*Tester).announcesRequired,
		"The list of algorithms must hold those of the profile's required_algorithms.",
		"Then they announce the algorithms that the profile demands")
	g.Then(`^every name that DPoP registered is spelled as registered$`, (*Tester).membersAreSpelled,
		"No member may look like one of RFC 9449 §12 and be spelled otherwise.",
		"Then every name that DPoP registered is spelled as registered")
	g.Then(`^every endpoint is reached by https alone$`, (*Tester).endpointsAreSecure,
		"Endpoint URLs must have the scheme https, and plain http must not serve them; loopback is exempt.",
		"Then every endpoint is reached by https alone")
}

func (w *Tester) readDocuments() error {
	metadata, err := w.Metadata()
	if err != nil {
		return err
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

// announced reads the list of algorithms strictly: an array of strings.
func announced(document dpop.Object) (list []string, text string) {
	value, found := document.Get(algorithmsMember)
	if !found {
		return nil, "no " + algorithmsMember
	}
	text = algorithmsMember + " " + string(value)
	if json.Unmarshal(value, &list) != nil || slices.Contains(list, "") {
		return nil, text
	}
	return list, text
}

func (w *Tester) announcesAlgorithms() error {
	return w.everyDocument(func(address string, document dpop.Object) error {
		list, text := announced(document)
		return w.Expect(len(list) > 0, "algorithms of proofs in "+address, text)
	})
}

func (w *Tester) documentsAgree() error {
	known := &w.documents
	if len(known.found) == 1 {
		return world.NotApplicablef("there is only one metadata document, %s", known.urls[0])
	}
	_, first := announced(known.found[0])
	return w.everyDocument(func(address string, document dpop.Object) error {
		_, text := announced(document)
		return w.Expect(text == first, first+" as in "+known.urls[0], text+" in "+address)
	})
}

// symmetric tells algorithms that a proof must not use whatever a server says:
// none, MACs and key management (RFC 7518 §3.1, §4.1).
func symmetric(name string) bool {
	for _, prefix := range []string{"HS", "A1", "A2", "PBES2", "RSA", "ECDH-ES"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return strings.EqualFold(name, "none") || name == "dir"
}

func (w *Tester) algorithmsAreAsymmetric() error {
	return w.everyDocument(func(address string, document dpop.Object) error {
		list, text := announced(document)
		if list == nil {
			return world.Inconclusivef("%s announces no algorithms", address)
		}
		seen := map[string]bool{}
		for _, name := range list {
			if err := w.Expect(!symmetric(name) && !seen[name], "asymmetric signatures, each once", text); err != nil {
				return err
			}
			if _, known := dpop.FindAlgorithm(name); !known {
				w.Observe("announces %s, which is not tried here", name)
			}
			seen[name] = true
		}
		return nil
	})
}

func (w *Tester) announces(name string) error {
	return w.everyDocument(func(address string, document dpop.Object) error {
		list, text := announced(document)
		return w.Expect(slices.Contains(list, name), name+" in "+address, text)
	})
}

func (w *Tester) announcesRequired() error {
	required := w.Profile.RequiredAlgorithms()
	if required == nil {
		return world.NotApplicablef("the profile %s demands no particular algorithm", w.Profile.Name)
	}
	for _, name := range required {
		if err := w.announces(name); err != nil {
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
	return w.everyDocument(func(address string, document dpop.Object) error {
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
				if err := w.twinIsClosed(m.Name, "http"+strings.TrimPrefix(text, "https")); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// twinIsClosed visits an endpoint by plain http, without any credentials.
func (w *Tester) twinIsClosed(name, address string) error {
	e, err := w.Send("the http twin of "+name, wire.Request{Method: "GET", URL: address})
	if err != nil {
		w.Observe("%s is not served by plain http: %v", name, err)
		return nil
	}
	served := e.Status/100 == 2 && world.IsJSON(e.Answer)
	return w.Expect(!served, name+" not served by plain http", fmt.Sprintf("status %d with JSON", e.Status))
}
