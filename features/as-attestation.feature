Feature: A client that is attested proves its key by DPoP
  draft-ietf-oauth-attestation-based-client-auth §5.2 and §7: an attester vouches for
  the key of a client. In combined mode the DPoP proof is the proof of that key; a
  proof of possession of its own is checked apart from it. It goes with any profile.

  @at:token @at:par @ATTEST-01
  Scenario: An attestation and a proof by its key authenticate the client
    Given a client that authenticates by attestation
    And the DPoP proof is taken for the proof of possession
    When the client authenticates by its attestation and its proof
    Then it is accepted

  @at:token @at:par @ATTEST-01
  Scenario: A proof by another key than the attested one is refused
    Given a client that authenticates by attestation
    And the DPoP proof is taken for the proof of possession
    And its attestation and its proof are accepted
    When the client authenticates by an attestation of another key
    Then it is refused

  @at:token @at:par @ATTEST-02
  Scenario Outline: An attestation without one proof of its key is refused
    Given a client that authenticates by attestation
    And the DPoP proof is taken for the proof of possession
    And its attestation and its proof are accepted
    When the client authenticates by <what>
    Then it is refused

    Examples:
      | what                                |
      | its attestation without a proof     |
      | its attestation and two DPoP fields |
      | its proof without an attestation    |

  @at:token @at:par @ATTEST-03
  Scenario Outline: A proof of possession and the DPoP proof are checked apart
    Given a client that authenticates by attestation
    And a proof of possession of its own is taken
    And its attestation and its proof are accepted
    When the client authenticates by <what>
    Then it is accepted

    Examples:
      | what                                               |
      | its attestation, a PoP, and its proof              |
      | its attestation, a PoP, and a proof by another key |

  @at:token @at:par @ATTEST-03
  Scenario Outline: A DPoP proof does not take the place of a bad proof of possession
    Given a client that authenticates by attestation
    And a proof of possession of its own is taken
    And its attestation and its proof are accepted
    When the client authenticates by <what>
    Then it is refused

    Examples:
      | what                                                     |
      | its attestation, a PoP by another key, and its proof     |
      | its attestation, a PoP for another server, and its proof |

  @at:token @at:par @ATTEST-04
  Scenario Outline: The attestation is verified
    Given a client that authenticates by attestation
    And its attestation and its proof are accepted
    When the client authenticates by <what>
    Then it is refused

    Examples:
      | what                             |
      | an attestation by a stranger     |
      | an attestation of another client |
      | an expired attestation           |
      | an attestation of another type   |
      | an attestation without an end    |
      | two attestations                 |

  @at:token @at:par @ATTEST-05
  Scenario: The challenge of the server is the nonce of the proof
    Given a client that authenticates by attestation
    And the server gives nonces to attested clients
    And the DPoP proof is taken for the proof of possession
    And its attestation and its proof are accepted
    When the client authenticates by its attestation and a proof with another nonce
    Then it is refused

  @as @ATTEST-06
  Scenario: The ways of attestation are announced
    Given a client that authenticates by attestation
    When the metadata of the authorization server is read
    Then the server metadata name the ways of attestation

  @as @ATTEST-07
  Scenario: The algorithms of attestation are announced
    Given a client that authenticates by attestation
    And a proof of possession of its own is taken
    When the metadata of the authorization server is read
    Then the server metadata name the algorithms of attestation

  @as @ATTEST-08
  Scenario: The challenge endpoint gives challenges that no cache keeps
    Given a client that authenticates by attestation
    And the server has a challenge endpoint
    When a challenge is fetched
    Then it is a challenge that no cache keeps

  @at:token @at:par @ATTEST-08
  Scenario: A challenge of the challenge endpoint is taken
    Given a client that authenticates by attestation
    And the server has a challenge endpoint
    And its attestation and its proof are accepted
    When a challenge is fetched
    And the client authenticates by its attestation and the fetched challenge
    Then it is accepted

  @at:token @at:par @ATTEST-09
  Scenario: A server that does not announce combined mode does not take it
    Given a client that authenticates by attestation
    And the DPoP proof is not taken for the proof of possession
    And its attestation and its proof are accepted
    When the client authenticates by its attestation and its proof, without a PoP
    Then it is refused

  @at:token @ATTEST-10
  Scenario: A refresh token serves the installation that it was issued to
    Given a client that authenticates by attestation
    And the client has got a refresh token by its attestation
    When the client refreshes by an attestation of another key
    Then it is refused

  @at:token @at:par @ATTEST-11
  Scenario: The challenge of the server stands in the proof of possession
    Given a client that authenticates by attestation
    And the server gives challenges to attested clients
    And a proof of possession of its own is taken
    And its attestation and its proof are accepted
    When the client authenticates by its attestation, a PoP with another challenge, and its proof
    Then it is refused
