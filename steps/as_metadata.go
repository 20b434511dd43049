package steps

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
	"github.com/dpopspec/dpopspec/target"
)

const algorithmsMember = "dpop_signing_alg_values_supported"

func init() {
	registrations = append(registrations, func(v *Vocabulary) {
		v.When(`^the metadata of the authorization server are read$`, (*World).readDocuments,
			"Reads both documents, where RFC 8414 §3 and OpenID Connect Discovery §4 put them; one may be missing.",
			"When the metadata of the authorization server are read")
		v.Then(`^they announce the algorithms of proofs$`, (*World).announcesAlgorithms,
			"dpop_signing_alg_values_supported must be a list of at least one name in every document (RFC 9449 §5.1).",
			"Then they announce the algorithms of proofs")
		v.Then(`^both documents announce the same algorithms of proofs$`, (*World).documentsAgree,
			"Where there are two documents they must not contradict each other.",
			"Then both documents announce the same algorithms of proofs")
		v.Then(`^every announced algorithm of proofs is an asymmetric signature$`, (*World).algorithmsAreAsymmetric,
			"No none, no MAC, no encryption algorithm, and no name twice (RFC 9449 §5.1).",
			"Then every announced algorithm of proofs is an asymmetric signature")
		v.Then(`^they announce "([^"]+)" for proofs$`, (*World).announces,
			"The list of algorithms must hold that name.",
			`Then they announce "ES256" for proofs`)
		v.Then(`^they announce the algorithms that the profile demands$`, (*World).announcesRequired,
			"The list of algorithms must hold those of the profile's required_algorithms.",
			"Then they announce the algorithms that the profile demands")
		v.Then(`^every name that DPoP registered is spelled as registered$`, (*World).membersAreSpelled,
			"No member may look like one of RFC 9449 §12 and be spelled otherwise.",
			"Then every name that DPoP registered is spelled as registered")
		v.Then(`^every endpoint is reached by https alone$`, (*World).endpointsAreSecure,
			"Endpoint URLs must have the scheme https, and plain http must not serve them; loopback is exempt.",
			"Then every endpoint is reached by https alone")
	})
}

// documents are the metadata documents that were found, by their URL.
type documents struct {
	urls  []string
	found []dpop.Object
}

func (w *World) readDocuments() error {
	metadata, err := w.Metadata()
	if err != nil {
		return err
	}
	known := of[documents](w)
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
		return inconclusive("no metadata document can be read")
	}
	return nil
}

// everyDocument judges each document that was read.
func (w *World) everyDocument(judge func(address string, document dpop.Object) error) error {
	known := of[documents](w)
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

func (w *World) announcesAlgorithms() error {
	return w.everyDocument(func(address string, document dpop.Object) error {
		list, text := announced(document)
		return w.Expect(len(list) > 0, "algorithms of proofs in "+address, text)
	})
}

func (w *World) documentsAgree() error {
	known := of[documents](w)
	if len(known.found) == 1 {
		return notApplicable("there is only one metadata document, %s", known.urls[0])
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

func (w *World) algorithmsAreAsymmetric() error {
	return w.everyDocument(func(address string, document dpop.Object) error {
		list, text := announced(document)
		if list == nil {
			return inconclusive("%s announces no algorithms", address)
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

func (w *World) announces(name string) error {
	return w.everyDocument(func(address string, document dpop.Object) error {
		list, text := announced(document)
		return w.Expect(slices.Contains(list, name), name+" in "+address, text)
	})
}

func (w *World) announcesRequired() error {
	required := w.Profile.RequiredAlgorithms()
	if required == nil {
		return notApplicable("the profile %s demands no particular algorithm", w.Profile.Name)
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

func (w *World) membersAreSpelled() error {
	return w.everyDocument(func(address string, document dpop.Object) error {
		wrong := misspelt(document)
		return w.Expect(wrong == nil, "registered names alone in "+address, fmt.Sprintf("%q", wrong))
	})
}

func (w *World) endpointsAreSecure() error {
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
func (w *World) twinIsClosed(name, address string) error {
	e, err := w.Send("the http twin of "+name, wire.Request{Method: "GET", URL: address})
	if err != nil {
		w.Observe("%s is not served by plain http: %v", name, err)
		return nil
	}
	served := e.Status/100 == 2 && isJSON(e.Answer)
	return w.Expect(!served, name+" not served by plain http", fmt.Sprintf("status %d with JSON", e.Status))
}
