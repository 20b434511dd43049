@as
Feature: The authorization server announces DPoP in its metadata
  RFC 9449 §5.1: dpop_signing_alg_values_supported lists the algorithms of
  proofs. RFC 8414 and OpenID Connect Discovery each say where metadata lie.

  Background:
    When the metadata of the authorization server are read

  @RFC9449-5.1-01
  Scenario: The algorithms of proofs are announced
    Then they announce the algorithms of proofs

  @RFC9449-5.1-01
  Scenario: Both metadata documents announce the same
    Then both documents announce the same algorithms of proofs

  @RFC9449-5.1-02
  Scenario: Only asymmetric signatures are announced
    Then every announced algorithm of proofs is an asymmetric signature

  @RFC9449-12-01
  Scenario: Metadata spell registered names as registered
    Then every name that DPoP registered is spelled as registered

  @RFC9449-2-01
  Scenario: Every endpoint is reached by TLS
    Then every endpoint is reached by https alone

  @ATPROTO-05
  Scenario: The algorithms that the profile demands are announced
    Then they announce the algorithms that the profile demands
