# Everything a user needs is go run ./cmd/dpopspec run and go test ./...;
# these targets are for those who work on the project.

GO ?= go
OUT := reports/out

.PHONY: all test-whole site release-snapshot go-install portable vectors schemas recipes throughput load soak vulnerabilities updates run test race lint mutants levels surroundings fuzz bench interop interop-install interop-run interop-keycloak docs exported clean

all: lint test run mutants surroundings

run: ## the whole embedded conformance run
	$(GO) run ./cmd/dpopspec run

test: ## with the long tables of variations whole, which go test ./... plays in part
	$(GO) test ./...
	$(MAKE) --no-print-directory test-whole

test-whole:
	DPOPSPEC_WHOLE=1 $(GO) test -timeout 60m -run '$(LONG)' ./runner ./internal/mutation

# The tests that have a long table.
LONG := HonestVariations|NoVerdictComesFromTheLook|BugsOfClientsAreFoundWhatever|PeculiarAboutRealAPIs|$\
RefusesHonestProofs|DoesNotWorkBlocks|AddsToALogin|NoHonestRealServer|SettingShows

race:
	$(GO) test -race ./...

lint:
	@unformatted=$$(git ls-files '*.go' | xargs gofmt -l); \
	  if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...

mutants: ## parties with one bug each: every one must be found
	$(GO) run ./cmd/dpopspec mutants --format json:$(OUT)/mutants.json
	$(GO) run ./cmd/dpopspec mutants --real

surroundings: ## what may stand around a party: no verdict may come from it
	$(GO) run ./cmd/dpopspec surroundings --format json:$(OUT)/surroundings.json

levels: ## the ranking of the cases, from what each tells of the mutants
	$(GO) run ./cmd/dpopspec mutants --rank features/levels.tsv >/dev/null
	@mkdir -p $(OUT)
	awk 'NR==FNR { if ($$1=="#" && $$3 ~ /^`/) { rows[$$3]=substr($$0, 3) } next } \
	  $$1=="|" && ($$2 in rows) { print rows[$$2]; next } { print }' \
	  features/levels.tsv docs/live-tenant.md >$(OUT)/live-tenant.md && mv $(OUT)/live-tenant.md docs/live-tenant.md

vectors: ## Project Wycheproof's cases, fetched into the module cache
	DPOPSPEC_WYCHEPROOF=1 $(GO) test -run Wycheproof ./dpop/...

schemas: ## reports against the published schemas of SARIF and JUnit; needs Node and npm
	./fixtures/schemas.sh

recipes: ## action.yml, the GitLab component and docs/ci.md against schemas and actionlint; needs Python
	./fixtures/recipes.sh

fuzz: ## ten seconds for each fuzz target
	./fixtures/fuzz.sh 10s

bench:
	$(GO) test -run '^$$' -bench . ./dpop/... ./mockas ./mockrs ./runner

interop: interop-install interop-run ## real servers and SDKs; needs Node, npm, Python, Java, Maven and Chromium

interop-run: ## the same, once they are installed
	DPOPSPEC_CHROMIUM=required $(GO) test -count=1 ./internal/headless ./internal/livepage
	DPOPSPEC_CHROMIUM=required $(GO) test -count=1 -run Headless ./runner ./reports
	./fixtures/interop.sh

interop-install:
	./fixtures/install.sh

interop-keycloak: ## Keycloak alone; needs Node, Java and Maven
	./fixtures/install-keycloak.sh
	./fixtures/interop.sh keycloak

exported: ## the list of what is exported on purpose, internal/layout/testdata/exported.txt
	DPOPSPEC_EXPORTED=write $(GO) test -count=1 -run ExportedIsMeant ./internal/layout

docs: ## what is generated in docs/
	$(GO) run ./cmd/dpopspec steps --format markdown > docs/steps.md
	$(GO) run ./cmd/dpopspec check --schema --format markdown > docs/configuration.md

release-snapshot: ## a release that is not published, in dist/, looked into
	./fixtures/release/snapshot.sh

go-install: ## go install …@version of the last commit, through a module proxy that is a folder
	./fixtures/goinstall.sh

portable: ## that all of it, tests too, compiles for Windows and macOS
	GOOS=windows CGO_ENABLED=0 $(GO) vet ./...
	GOOS=darwin CGO_ENABLED=0 $(GO) vet ./...

site: ## the documents as a site, in reports/out/site/pages; needs Python
	./fixtures/site.sh

throughput: ## the embedded servers beside real ones
	$(GO) run ./fixtures/throughput

load: ## dpopspec serve under a million honest requests: memory, and each of them judged
	$(GO) run ./fixtures/load -n 1000000

soak: ## a hundred thousand cases in one process: verdicts, memory, goroutines, open files
	DPOPSPEC_SOAK=100000 $(GO) test -count=1 -timeout 60m -run TestASoak -v ./runner

vulnerabilities: ## known ones that our code calls, by the database as the module proxy has it
	./fixtures/vulnerabilities.sh

updates: ## newer versions of what go.mod names, and versions that were withdrawn
	$(GO) list -e -m -u -retracted -f '{{if or .Update .Retracted}}{{.Path}} {{.Version}}{{with .Update}} -> {{.Version}}{{end}}{{with .Retracted}} withdrawn: {{.}}{{end}}{{end}}' all

clean:
	rm -rf $(OUT)
