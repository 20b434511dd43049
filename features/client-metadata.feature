Feature: What a client makes of metadata
  RFC 9449 §2, §5.1, §5.2, RFC 8414 §3.3 and RFC 9728 §2: a client takes endpoints and algorithms from its own authorization
  server, and is not tempted into less security.

  @client @RFC9449-2-01
  Scenario Outline: An endpoint without TLS is not used
    Given the metadata name a <endpoint> without TLS
    When the client signs in through a pushed request
    Then the client reports an error
    And nothing reaches the endpoint without TLS

    Examples:
      | endpoint       |
      | token endpoint |
      | PAR endpoint   |

  @client @RFC8414-3-01
  Scenario Outline: Metadata of another issuer are not used
    Given the metadata name the issuer <issuer>
    When the client obtains a token
    Then the client reports an error
    And no proof is sent

    Examples:
      | issuer                   |
      | of another server        |
      | with a slash at the end  |
      | in upper case            |
      | with a path              |

  @client @RFC9449-4.2-03
  Scenario Outline: Metadata do not tempt the client to sign with less
    Given the metadata list the proof algorithms <algorithms>
    When the client obtains a token
    Then no proof is unsigned or authenticated with a MAC

    Examples:
      | algorithms  |
      | none        |
      | HS256       |
      | none HS256  |
      | HS256 ES256 |

  @client @RFC9449-5.1-03
  Scenario Outline: The client signs with a listed algorithm or stops
    Given the metadata list the proof algorithms <algorithms>
    When the client obtains a token
    Then the client signs with one of the listed algorithms or stops

    Examples:
      | algorithms  |
      | ES384       |
      | PS256 EdDSA |
      | ES384 ES256 |

  @client @RFC9449-5.1-04
  Scenario Outline: A list that is absent or malformed does no harm
    Given the metadata list the proof algorithms <algorithms>
    When the client obtains a token
    Then the client has a token or reports an error
    And no proof is unsigned or authenticated with a MAC

    Examples:
      | algorithms             |
      | not at all             |
      | as an empty array      |
      | as a string            |
      | as a number            |
      | ES256 and unknown ones |

  @client @RFC9449-5.1-03 @ATPROTO-05
  Scenario: A client can sign with ES256
    Given the metadata list the proof algorithms ES256
    When the client obtains a token
    Then the client signs with one of the listed algorithms or stops
    And the client succeeds

  @client @RFC9728-2-04
  Scenario Outline: The client obeys what the API says of DPoP
    Given the metadata of the API <say>
    When the client fetches from the API by its metadata
    Then <follows>

    Examples:
      | say                                | follows                                |
      | require bound tokens               | the client sends bound tokens or none  |
      | list proofs signed with ES384 only | the API gets proofs with ES384 or none |

  @client @RFC9728-2-04
  Scenario: The authorization server that the metadata of the API name is found
    Given the metadata of the API name the authorization server
    When the client calls the API by its metadata alone
    Then every API request carries a bound token and a proof
    And the client succeeds

  @client @RFC9728-3.3-01
  Scenario Outline: Metadata of another resource are not used
    Given the metadata of the API <say>
    When the client calls the API by its metadata alone
    Then nothing reaches the authorization server that they name

    Examples:
      | say                                                                            |
      | are those of another API and name another authorization server                 |
      | are those of its host with another path, and name another authorization server |
      | name no resource, but another authorization server                             |
      | are those of another API, to which its challenge leads                         |

  @client @RFC9449-5.2-04 @ATPROTO-06
  Scenario: A client that registers says that its tokens are bound
    When the client registers
    Then every registration request carries dpop_bound_access_tokens
