@as
Feature: The authorization server announces DPoP in its metadata
  RFC 9449 §5.1: dpop_signing_alg_values_supported lists the algorithms of
  proofs. RFC 8414 and OpenID Connect Discovery each say where metadata lie.

  Background:
    When the metadata of the authorization server is read

  @RFC9449-5.1-01 @MCP1932-04
  Scenario: The algorithms of proofs are announced
    Then the server metadata lists the algorithms of proofs

  @RFC9449-5.1-01
  Scenario: Both metadata documents announce the same
    Then the server metadata lists the same algorithms in both documents

  @RFC9449-5.1-02
  Scenario: Only asymmetric signatures are announced
    Then the server metadata lists asymmetric algorithms alone

  @RFC9449-12-01
  Scenario: Metadata spell registered names as registered
    Then every registered name is spelled as it is registered

  @RFC9449-2-01
  Scenario: Every endpoint is reached by TLS
    Then every endpoint is reached over https alone

  @ATPROTO-05 @HAIP-4-02 @SINGPASS-04 @OKTA-03
  Scenario: The algorithms that the profile demands are announced
    Then the server metadata lists the algorithms that the profile demands

  @FAPI2-5.4.1-01 @OKTA-03
  Scenario: No algorithm that the profile forbids is announced
    Then the server metadata lists no algorithm that the profile forbids
