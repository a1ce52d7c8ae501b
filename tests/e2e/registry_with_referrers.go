// A registry in memory that lists referrers, which docker-registry does not. tests/setup/test.sh builds it.
package main

import (
	"io"
	"log"
	"net/http"
	"os"

	"github.com/google/go-containerregistry/pkg/registry"
)

func main() {
	quiet := registry.Logger(log.New(io.Discard, "", 0))
	log.Fatal(http.ListenAndServe(os.Args[1], registry.New(registry.WithReferrersSupport(true), quiet)))
}
