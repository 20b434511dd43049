@battery
Feature: The proof is one JWT in compact form
  RFC 9449 §4.3, check 2: the value is a single, well-formed JWT: three segments
  of strict base64url, header and payload JSON objects (RFC 7515 §7.1, RFC 7519 §7.2).

  @RFC9449-4.3-05 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: What is no compact JWS is refused
    Given an honest proof is accepted
    When the request carries a proof whose form is <value>
    Then it is refused

    Examples:
      | value             |
      | random text       |
      | one segment       |
      | two segments      |
      | four segments     |
      | led by a dot      |
      | followed by a dot |
      | two dots alone    |
      | without header    |
      | detached          |

  @RFC9449-4.3-06 @at:token @at:par @at:userinfo @at:api
  Scenario: An encrypted JWT is refused
    Given an honest proof is accepted
    When the request carries a proof whose form is a JWE
    Then it is refused

  @RFC9449-4.3-07 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: The JSON serialisation is refused
    Given an honest proof is accepted
    When the request carries a proof whose form is <value>
    Then it is refused

    Examples:
      | value                            |
      | flattened JSON                   |
      | general JSON                     |
      | general JSON with two signatures |

  @RFC7515-5.2-02 @at:token @at:par @at:userinfo @at:api
  Scenario: A key outside the signed header is refused
    Given an honest proof is accepted
    When the request carries a proof whose form is JSON with an unprotected jwk
    Then it is refused

  @RFC9449-4.3-11 @at:token @at:par @at:userinfo @at:api
  Scenario: A nested JWT is refused
    Given an honest proof is accepted
    When the request carries a proof whose form is a nested JWT
    Then it is refused

  @RFC9449-4.3-08 @RFC7515-2-01 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A segment in another alphabet or with padding is refused
    Given an honest proof is accepted
    When the request carries a proof whose form is <value>
    Then it is refused

    Examples:
      | value                    |
      | padded in the header     |
      | padded in the payload    |
      | padded in the signature  |
      | in the standard alphabet |

  @RFC9449-4.3-08 @RFC7515-2-01 @verdict:warn @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A segment with trailing bits is refused
    Given an honest proof is accepted
    When the request carries a proof whose form is <value>
    Then it is refused

    Examples:
      | value                               |
      | with trailing bits in the header    |
      | with trailing bits in the payload   |
      | with trailing bits in the signature |

  # RFC 9449 §4.2 allows further claims, and nothing limits their size: who takes
  # such a proof is careless, not wrong.
  @RFC9449-4.3-10 @verdict:warn @at:token @at:par @at:userinfo @at:api
  Scenario: An oversized proof is refused
    Given an honest proof is accepted
    When the request carries a proof whose size is 64 KiB
    Then it is refused

  @RFC9449-4.3-10 @at:token @at:par @at:userinfo @at:api
  Scenario: An oversized proof does not bring the server down
    Given an honest proof is accepted
    When the request carries a proof whose size is 64 KiB
    Then it is accepted or refused
    And an honest proof is still accepted

  # What is so large meets the limits of a server, which are those of all its endpoints.
  @RFC9449-4.3-10 @at:token @at:api
  Scenario: A proof of a mebibyte does not bring the server down
    Given an honest proof is accepted
    When the request carries a proof whose size is 1 MiB
    Then it is accepted or refused
    And an honest proof is still accepted

  @RFC9449-4.3-10 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A flood of dots is refused
    Given an honest proof is accepted
    When the request carries a proof whose form is <value>
    Then it is refused

    Examples:
      | value                           |
      | ten thousand dots               |
      | the proof and ten thousand dots |

  @RFC9449-4.3-10 @at:token @at:par @at:userinfo @at:api
  Scenario: A large proof does not bring the server down
    Given an honest proof is accepted
    When the request carries a proof whose size is 8 KiB
    Then it is accepted or refused
    And an honest proof is still accepted

  @RFC9449-4.3-09 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A payload that is no JSON object is refused
    Given an honest proof is accepted
    When the request carries a proof whose payload is <value>
    Then it is refused

    Examples:
      | value                               |
      | an array                            |
      | an empty array                      |
      | a string                            |
      | a number                            |
      | true                                |
      | null                                |
      | not JSON                            |
      | white space                         |
      | cut short                           |
      | followed by another object          |
      | followed by a NUL                   |
      | with a comma at its end             |
      | with a comment                      |
      | in single quotes                    |
      | in UTF-16                           |
      | with invalid UTF-8                  |
      | with an unpaired surrogate in UTF-8 |
      | of a hundred thousand brackets      |

  @RFC9449-4.3-09 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A deep payload does not bring the server down
    Given an honest proof is accepted
    When the request carries a proof whose payload is <value>
    Then it is accepted or refused
    And an honest proof is still accepted

    Examples:
      | value                          |
      | nested a thousand levels deep  |
      | nested a thousand objects deep |

  @RFC9449-4.3-09 @verdict:info @at:token @at:par @at:userinfo @at:api
  Scenario: A payload behind a byte order mark is refused
    Given an honest proof is accepted
    When the request carries a proof whose payload is with a byte order mark
    Then it is refused
