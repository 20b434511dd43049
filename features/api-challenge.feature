@battery
Feature: A refusal tells the client what is asked of it
  RFC 9449 §7.1, §7.2: a resource server answers 401 with a challenge of the
  scheme DPoP. Where credentials were sent it names the error, at the scheme
  that was used; algs lists what proofs may be signed with. RFC 6750 §3.1 says
  which status goes with which error.

  @RFC9449-7.1-06 @RFC9449-7.1-07 @at:api @at:userinfo
  Scenario Outline: Lacking credentials are answered with a challenge of the DPoP scheme
    Given an honest proof is accepted
    When a request has <fault>
    Then the answer is 401 with a DPoP challenge

    Examples:
      | fault                   |
      | a proof by another key  |
      | an unbound access token |
      | an expired access token |

    # RFC 9449 §7.1: "the server can respond with a challenge to the client to provide
    # DPoP authentication information if the request does not include valid credentials".
    @verdict:warn
    Examples:
      | fault          |
      | no credentials |

  @RFC9449-7.1-06 @at:api @at:userinfo
  Scenario: A 401 carries a challenge, of whatever scheme
    When a request has no credentials
    Then a 401 carries a challenge

  @RFC9449-7.1-06 @RFC9449-7.1-07 @at:api @at:userinfo
  Scenario Outline: A malformed attempt is answered with a challenge of the DPoP scheme
    When a request has <fault>
    Then the answer is 401, or what the profile tolerates, with a DPoP challenge

    Examples:
      | fault                                        |
      | no proof                                     |
      | a proof whose form is random text            |
      | a proof whose htm is another method          |
      | a proof whose signature is made by another key |
      | a bound token as Bearer                      |

  @RFC9449-7.1-08 @at:api @at:userinfo
  Scenario: Without credentials there is no error
    When a request has no credentials
    Then no challenge carries an error

  @RFC9449-7.2-06 @at:api
  Scenario: Without credentials there is no error at either scheme
    Given an API that takes Bearer tokens too
    When a request has no credentials
    Then there is a challenge for DPoP and Bearer
    And no challenge carries an error

  @RFC9449-7.1-09 @at:api @at:userinfo
  Scenario Outline: A failed authentication names its error
    Given an honest proof is accepted
    When a request has <fault>
    Then the refusal carries a DPoP challenge with an error

    Examples:
      | fault                               |
      | a proof whose htm is another method |
      | a proof by another key              |
      | an expired access token             |

  @RFC9449-7.1-10 @at:api @at:userinfo
  Scenario Outline: A defective proof is called an invalid proof
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then the DPoP challenge carries the error "invalid_dpop_proof"

    Examples:
      | part      | value          |
      | form      | random text    |
      | typ       | JWT            |
      | signature | made by another key |
      | htm       | another method |
      | htu       | of another path |
      | ath       | missing        |
      | jti       | missing        |

  @RFC9449-7.1-11 @at:api
  Scenario Outline: A bad token is called an invalid token
    Given an honest proof is accepted
    When a request has <fault>
    Then it is refused as an invalid token

    Examples:
      | fault                   |
      | an expired access token |
      | an unbound access token |
      | a proof by another key  |

  @RFC9449-7.1-11 @RFC9449-7.2-01 @at:api
  Scenario: A bound token as Bearer is called an invalid token
    Given an API that takes Bearer tokens too
    And an honest proof is accepted
    When a request has a bound token as Bearer
    Then it is refused as an invalid token

  @RFC9449-7.1-12 @at:api @at:userinfo
  Scenario Outline: The challenge lists the algorithms for proofs
    When a request has <fault>
    Then the challenge lists the algorithms of proofs

    Examples:
      | fault                               |
      | no credentials                      |
      | a proof whose htm is another method |

  @RFC9449-7.1-12 @RFC9449-4.3-27 @at:api @at:userinfo
  Scenario: Every algorithm that the challenge lists is accepted
    Given an honest proof is accepted
    When a request has a proof whose htm is another method
    Then a proof with each algorithm of the challenge is accepted

  @RFC9449-7.1-13 @at:api @at:userinfo
  Scenario Outline: Attributes of a challenge are sound
    When a request has <fault>
    Then the challenge has each attribute once

    Examples:
      | fault                               |
      | no credentials                      |
      | a proof whose form is random text   |
      | a proof whose alg is called FOO      |
      | an expired access token             |

  @RFC9449-7.1-17 @at:api @at:userinfo
  Scenario Outline: The DPoP scheme is not used for proxies
    When a request has <fault>
    Then the scheme is not used for proxies

    Examples:
      | fault          |
      | no credentials |
      | no proof       |

  @RFC9449-7.2-07 @at:api
  Scenario Outline: The error stands at the scheme that was used
    Given an API that takes Bearer tokens too
    When a request has <fault>
    Then only the <scheme> challenge carries an error

    Examples:
      | fault                               | scheme |
      | a proof whose htm is another method | DPoP   |
      | a proof by another key              | DPoP   |
      | an expired unbound token as Bearer  | Bearer |

  @RFC9449-7.2-07 @at:userinfo
  Scenario: The error stands at the scheme that was used at userinfo
    When a request has a proof whose htm is another method
    Then only the DPoP challenge carries an error

  @RFC9449-12-01 @at:api @at:userinfo
  Scenario Outline: Errors are spelled as they are registered
    When a request has <fault>
    Then the challenge has registered errors alone

    Examples:
      | fault                               |
      | no proof                            |
      | a proof whose htm is another method |
      | a proof by another key              |
      | a bound token as Bearer             |
      | two Authorization fields            |

  @RFC6750-3.1-01 @at:api
  Scenario: A token without the scope is forbidden, not unauthorised
    Given an API that needs a scope
    And an honest proof is accepted
    When the request carries an access token that lacks the scope
    Then it is refused as an insufficient scope
    And there is a challenge for DPoP

  # RFC 9470 §3 gives the error to the schemes that have an error parameter.
  @RFC9470-3-01 @at:api @at:userinfo
  Scenario: A demand for another login stands in a DPoP challenge
    Given an API that may need a recent login
    And an honest proof is accepted
    When the request carries an access token that is of a login a day ago
    Then a demand for another login stands in the DPoP challenge

  @RFC9728-5.1-01 @at:api
  Scenario: The challenge may point to the metadata of the resource
    When a request has no credentials
    Then the challenge points to metadata with an absolute URL
