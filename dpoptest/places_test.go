package dpoptest

import (
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/target"
)

func TestNoReportIsWrittenOverWhatATestReads(t *testing.T) {
	o := Options{Config: "dpopspec.yaml", Known: "known.txt"}
	for reports, over := range map[string]string{"html:./dpopspec.yaml": "Config", "json:x/../known.txt": "Known", "json:run.json": ""} {
		o.Reports = reports
		_, err := o.outputs(target.Default())
		if over == "" && err != nil || over != "" && (err == nil || !strings.Contains(err.Error(), over)) {
			t.Errorf("%s: %v", reports, err)
		}
	}
}
