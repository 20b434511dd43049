package proof

import (
	"net"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/steps/world"
)

// elsewhere are addresses of this machine that a server takes for its proxy the less
// the further down they stand: many trust 127.0.0.1, some all of 127.0.0.0/8 (as
// Tomcat does), and who trusts an address beyond that trusts others than this machine.
func elsewhere(server net.IP) []string {
	var beyond []string
	addresses, _ := net.InterfaceAddrs()
	for _, address := range addresses {
		own, isNet := address.(*net.IPNet)
		if !isNet || !own.IP.IsGlobalUnicast() || (own.IP.To4() != nil) != (server.To4() != nil) {
			continue
		}
		if own.IP.IsPrivate() { // such as a proxy has rather than one of all the world
			beyond = append(beyond, own.IP.String())
		} else {
			beyond = append([]string{own.IP.String()}, beyond...)
		}
	}
	if server.To4() != nil {
		return append([]string{"127.0.0.2"}, beyond...)
	}
	return beyond
}

// sendFromElsewhere sends a request again that a server on this machine has believed,
// from one address after the other until it does not. Whom it believes beyond this
// machine cannot be told where the machine has no address but those of loopback.
func (w *Prober) sendFromElsewhere(send func() error) error {
	u, err := url.Parse(w.Latest().Exchange.URL)
	if err != nil {
		return err
	}
	server := net.ParseIP(u.Hostname())
	if server == nil {
		server = net.IPv4(127, 0, 0, 1) // its name is one of loopback
	}
	asked := []string{"127.0.0.1"}
	for _, from := range elsewhere(server) {
		if !w.reaches(u, from) {
			continue
		}
		if err := w.From(from, send); err != nil {
			return err
		}
		w.Observe("the server believed %s, as it may of its proxy; it was asked again from %s",
			strings.Join(asked, " and "), from)
		if !w.believedNearby() {
			return nil
		}
		asked = append(asked, from)
		if !wire.Loopback(from) {
			return nil // and that fails
		}
	}
	return world.Inconclusivef("the server believes what %s says, as it may of its proxy; whether it believes others "+
		"than this machine cannot be told from here", strings.Join(asked, " and "))
}

// reaches reports whether a server can be reached from an address of this machine.
func (w *Prober) reaches(server *url.URL, from string) bool {
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}, Timeout: w.Session.Limits.Timeout}
	authority := server.Host
	if server.Port() == "" {
		authority = net.JoinHostPort(server.Hostname(), server.Scheme) // a name of a port serves as well
	}
	conn, err := dialer.DialContext(w.Context, "tcp", authority)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}
